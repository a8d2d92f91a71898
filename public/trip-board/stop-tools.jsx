// What can be done with one stop: fix, swap, earlier or later, another day, keep for later, remove, why.

function StopButton({ stop, open, onOpen }) {
  const t = useWords()
  return (
    <button type="button" className="tb-more" aria-expanded={open} aria-label={t('change_stop', { name: stop.name })} title={t('change_stop', { name: stop.name })} onClick={onOpen}>
      <Ellipsis aria-hidden="true" size={18} />
    </button>
  )
}

function StopTools({ board, day, stop, onClose }) {
  const t = useWords()
  const { act, ask, busy } = useContext(BoardContext)
  const [shown, setShown] = useState(null) // what was asked: { details } or { suggestions } or { error }
  const box = useRef(null)
  const place = stop.id
  const sights = day.stops.filter((one) => !one.meal)
  const at = sights.findIndex((one) => one.id === place)
  const days = board.days.filter((one) => one.number !== day.number && one.city === day.city)
  const look = async (question) => {
    if (shown?.[question]) return setShown(null)
    const found = await ask(question, { place })
    setShown(found.ok ? { [question]: found.answer } : { error: found.text })
  }
  useEffect(() => { box.current?.querySelector('button:not(:disabled)')?.focus() }, [])
  return (
    <div ref={box} className="tb-tools" role="group" aria-label={t('change_stop', { name: stop.name })}
      onKeyDown={(e) => { if (e.key === 'Escape') { e.stopPropagation(); e.currentTarget.closest('li').querySelector('.tb-more').focus(); onClose() } }}>
      <div className="tb-tool-row">
        <Tool wide icon={stop.pinned ? PinOff : Pin} label={stop.pinned ? t('unpin') : t('pin')} onClick={() => act(stop.pinned ? 'unpin' : 'pin', { place })} />
        <Tool wide icon={ArrowLeftRight} label={t('swap')} aria-expanded={Boolean(shown?.suggestions)} onClick={() => look('suggestions')} />
        {!stop.meal && (
          <>
            <Tool wide icon={ArrowUp} label={t('earlier')} disabled={busy || at <= 0} onClick={() => act('shift', { place, step: -1 })} />
            <Tool wide icon={ArrowDown} label={t('later')} disabled={busy || at === sights.length - 1} onClick={() => act('shift', { place, step: 1 })} />
          </>
        )}
        {days.length > 0 && <DayChoice days={days} label={t('other_day')} more={stop.name} onDay={(number) => act('move', { place, day: number })} />}
        <Tool wide icon={Lightbulb} label={t('keep_for_later')} onClick={() => act('keep_idea', { place })} />
        <Tool wide icon={Trash2} label={t('remove')} onClick={() => act('remove', { place })} />
        <Tool wide icon={CircleHelp} label={t('why_here')} aria-expanded={Boolean(shown?.details)} onClick={() => look('details')} />
      </div>
      {shown?.error && <p className="tb-problem" role="alert">{shown.error}</p>}
      {shown?.details && <Details facts={shown.details} />}
      {shown?.suggestions && <Suggestions stop={stop} found={shown.suggestions} />}
    </div>
  )
}

/** Why it is there, and where each fact comes from. */
function Details({ facts }) {
  const t = useWords()
  const rows = [['open_that_day', facts.hours], ['source', facts.source], ['checked_on', facts.checked]]
  return (
    <div className="tb-details" role="status">
      <p>{facts.why}</p>
      <dl>
        {rows.filter(([, value]) => value).map(([key, value]) => (
          <div key={key}><dt>{t(key)}</dt><dd>{value}</dd></div>
        ))}
      </dl>
      <a href={facts.map} target="_blank" rel="noopener noreferrer">{t('on_openstreetmap')}</a>
    </div>
  )
}

function Suggestions({ stop, found }) {
  const t = useWords()
  const { act } = useContext(BoardContext)
  if (!found.length) return <p className="tb-problem" role="status">{t('nothing_else_fits')}</p>
  return (
    <div role="status"><ul className="tb-suggestions">
      {found.map((one) => (
        <li key={one.id}>
          <div>
            <b>{one.name}</b> <span className="tb-quiet">{one.category} · {one.price}</span>
            <span className="tb-reasons">{one.reasons.join(' · ')}</span>
          </div>
          <Tool wide icon={ArrowLeftRight} label={t('take_this')} more={one.name} onClick={() => act('replace', { place: stop.id, replacement: one.id })} />
        </li>
      ))}
    </ul></div>
  )
}
