// What opens beside the plan: adding a place, ideas, comparing versions, taking the trip along.

function Notes({ title, kind, children }) {
  return <section className={`tb-notes tb-${kind}`}><h4>{title}</h4><ul>{children}</ul></section>
}

function Cost({ cost }) {
  const t = useWords()
  if (cost.budget === null) {
    return <div className="tb-cost"><b>{cost.label}</b><small>{t('entries_and_meals')}</small></div>
  }
  const over = cost.share !== null && cost.share > 1
  const percent = Math.round((cost.share ?? 1) * 100)
  return (
    <div className={`tb-cost${over ? ' tb-over' : ''}`}>
      <b>{cost.label}</b><small>{t(over ? 'over_budget' : 'of_budget', { budget: cost.budget })}</small>
      <div className="tb-bar" role="meter" aria-label={t('cost_against_budget')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.min(100, percent)} aria-valuetext={t('cost_of_budget', { cost: cost.label, budget: cost.budget })}>
        <span style={{ width: `${Math.min(100, percent)}%` }} />
      </div>
    </div>
  )
}

/** A place to choose: to the plan (the best day, or a certain one) or to the ideas. */
function Candidate({ board, place, children }) {
  const t = useWords()
  const { act } = useContext(BoardContext)
  const days = board.days.filter((one) => !one.city || one.city === place.city)
  return (
    <li className="tb-candidate" data-place={place.id}>
      <div>
        <b>{place.name}</b> <span className="tb-quiet">{[place.category, place.price, board.several ? place.city : ''].filter(Boolean).join(' · ')}</span>
        {place.summary && <span className="tb-reasons">{place.summary}</span>}
      </div>
      <div className="tb-tool-row">
        {place.planned_on ? <span className="tb-quiet">{t('planned_on', { day: place.planned_on })}</span> : (
          <>
            <Tool wide icon={Plus} label={t('add')} more={place.name} onClick={() => act('add', { place: place.id })} />
            {days.length > 1 && <DayChoice days={days} label={t('on_day')} more={place.name} onDay={(number) => act('add', { place: place.id, day: number })} />}
            {children}
          </>
        )}
      </div>
    </li>
  )
}

function AddPlace({ board }) {
  const t = useWords()
  const { act, ask } = useContext(BoardContext)
  const [query, setQuery] = useState('')
  const [found, setFound] = useState(null)
  const [problem, setProblem] = useState('')
  const ideas = new Set(board.ideas.map((one) => one.id))
  useEffect(() => {
    let late = false
    const wait = setTimeout(async () => {
      const answer = await ask('find', { query })
      if (late) return
      setProblem(answer.ok ? '' : answer.text)
      setFound(answer.ok ? answer.answer : null)
    }, query ? 220 : 0)
    return () => { late = true; clearTimeout(wait) }
  }, [query, board.fingerprint, ask])
  return (
    <section className="tb-panel" aria-label={t('add_place')}>
      <input
        type="search" className="tb-search" value={query} autoFocus placeholder={t('search_places')} aria-label={t('search_places')}
        onChange={(e) => setQuery(e.target.value)}
      />
      {problem && <p className="tb-problem" role="alert">{problem}</p>}
      {found && !found.length && <p className="tb-quiet" role="status">{t('no_place_found')}</p>}
      <ul className="tb-candidates">
        {found?.map((place) => (
          <Candidate key={place.id} board={board} place={place}>
            {!ideas.has(place.id) && <Tool wide icon={Lightbulb} label={t('keep_as_idea')} more={place.name} onClick={() => act('keep_idea', { place: place.id })} />}
          </Candidate>
        ))}
      </ul>
    </section>
  )
}

function Ideas({ board, live }) {
  const t = useWords()
  const { act } = useContext(BoardContext)
  if (!board.ideas.length) return null
  return (
    <section className="tb-notes tb-ideas">
      <h4>{t('ideas')}</h4>
      <ul className="tb-candidates">
        {board.ideas.map((place) => live ? (
          <Candidate key={place.id} board={board} place={place}>
            <Tool icon={X} label={t('drop_idea', { name: place.name })} onClick={() => act('drop_idea', { place: place.id })} />
          </Candidate>
        ) : <li key={place.id}>{place.name}</li>)}
      </ul>
    </section>
  )
}

function Column({ title, stops }) {
  const t = useWords()
  return (
    <div>
      <h5>{title}</h5>
      {stops.length ? (
        <ol>
          {stops.map((stop) => (
            <li key={stop.place_id} className={`tb-is-${stop.kind}`}>
              <time>{stop.arrival}</time> <span>{stop.name}</span>
              {stop.kind !== 'same' && <em>{t(`stop_${stop.kind}`)}</em>}
            </li>
          ))}
        </ol>
      ) : <p className="tb-quiet">–</p>}
    </div>
  )
}

/** Two versions side by side, day by day. */
function Compare({ board }) {
  const t = useWords()
  const { act, ask, busy } = useContext(BoardContext)
  const [wanted, setBack] = useState(1)
  const back = Math.min(wanted, board.undo)
  const [found, setFound] = useState(null)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    let late = false
    ask('compare', { back }).then((answer) => {
      if (late) return
      setProblem(answer.ok ? '' : answer.text)
      setFound(answer.ok ? answer.answer : null)
    })
    return () => { late = true }
  }, [back, board.fingerprint, ask])
  return (
    <section className="tb-panel tb-compare" aria-label={t('compare')}>
      <div className="tb-tool-row">
        <label className="tb-select">
          <span className="tb-hidden">{t('compare_with')}</span>
          <select value={back} disabled={busy} onChange={(e) => setBack(Number(e.target.value))}>
            {(found?.versions ?? [{ back, label: t('version_before') }]).map((one) => (
              <option key={one.back} value={one.back}>{one.label}</option>
            ))}
          </select>
        </label>
        <Tool wide icon={Undo2} label={t('back_to_this')} onClick={() => act('undo', { changes: back })} />
      </div>
      {problem && <p className="tb-problem" role="alert">{problem}</p>}
      {found && (
        <>
          <p className="tb-quiet">{found.summary}</p>
          {found.changes?.length > 0 && (
            <ul className="tb-told" lang="en">{found.changes.map((text) => <li key={text}>{text}</li>)}</ul>
          )}
          {found.days.map((day) => (
            <div key={day.number} className="tb-pair" style={{ '--day': colourOf(day.number) }}>
              <h4>{t('day', { number: day.number })}{day.same && <span className="tb-quiet"> · {t('unchanged')}</span>}</h4>
              {!day.same && (
                <div className="tb-columns">
                  <Column title={t('then')} stops={day.old} />
                  <Column title={t('now')} stops={day.new} />
                </div>
              )}
            </div>
          ))}
        </>
      )}
    </section>
  )
}

function download(file) {
  const bytes = Uint8Array.from(atob(file.content), (c) => c.charCodeAt(0))
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([bytes], { type: file.media_type }))
  link.download = file.filename
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
}

/** Files to take along, and the link to show the trip to others. */
function TakeAlong({ board }) {
  const t = useWords()
  const { ask, busy } = useContext(BoardContext)
  const [told, setTold] = useState('')
  const [link, setLink] = useState(board.shared)
  useEffect(() => setLink(board.shared), [board.shared])
  const save = async (format) => {
    const found = await ask('export', { format })
    setTold(found.ok ? t('saved', { file: found.answer.filename }) : found.text)
    if (found.ok) download(found.answer)
  }
  const share = async (on) => {
    const found = await ask(on ? 'share' : 'unshare', {})
    if (!found.ok) return setTold(found.text)
    setLink(found.answer.link)
    setTold(t(on ? 'shared_now' : 'not_shared_now'))
  }
  const copy = async () => {
    const found = await ask('duplicate', {})
    if (found.ok) window.location.assign(found.answer.address)
    else setTold(found.text)
  }
  const address = link && new URL(link, window.location.origin).href
  return (
    <section className="tb-panel" aria-label={t('take_along')}>
      <ul className="tb-formats">
        {board.formats.map((one) => (
          <li key={one.format}><Tool wide icon={Download} label={one.label} onClick={() => save(one.format)} /></li>
        ))}
      </ul>
      <div className="tb-share">
        {address ? (
          <>
            <label>{t('read_only_link')} <input readOnly value={address} onFocus={(e) => e.target.select()} /></label>
            <Tool wide icon={Copy} label={t('copy')} onClick={() => navigator.clipboard.writeText(address).then(() => setTold(t('copied')), () => setTold(t('not_copied')))} />
            <Tool wide icon={X} label={t('stop_sharing')} onClick={() => share(false)} />
          </>
        ) : <Tool wide icon={Share2} label={t('make_link')} disabled={busy} onClick={() => share(true)} />}
        <Tool wide icon={CopyPlus} label={t('duplicate')} onClick={copy} />
      </div>
      <p className="tb-quiet" role="status">{told}</p>
    </section>
  )
}
