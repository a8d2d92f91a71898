// The list: day tabs, the timeline of a day, all days at a glance.

function Stop({ board, day, stop, active, onHover, onPick, open, onOpen, live }) {
  const t = useWords()
  const key = keyOf(day, stop)
  const tags = [stop.pinned && t('fixed'), stop.step_free && t('step_free'), stop.kids && t('good_for_kids')]
  return (
    <li className={`tb-stop${stop.meal ? ' tb-meal' : ''}${active === key ? ' tb-active' : ''}`} data-stop={key} data-place={stop.id}>
      <div className="tb-time"><time>{stop.arrival}</time><span>{stop.departure}</span></div>
      <span className="tb-dot" aria-hidden="true">{stop.number}</span>
      <div className="tb-body">
        <div className="tb-line">
          <button
            type="button" className="tb-place" onClick={() => onPick(key)}
            onMouseEnter={() => onHover(key)} onMouseLeave={() => onHover(null)}
            onFocus={() => onHover(key)} onBlur={() => onHover(null)}
            aria-description={t('show_on_map')}
          >
            <span className="tb-name">{stop.name}</span>
            {stop.local_name && <span className="tb-local">{stop.local_name}</span>}
            <span className="tb-meta">
              {stop.meal && <b>{stop.meal}</b>}
              <span>{stop.category}</span>
              <span>{stop.stay}</span>
              <span className={stop.free ? 'tb-free' : ''}>{stop.price}</span>
            </span>
            {stop.summary && <span className="tb-summary">{stop.summary}</span>}
            {stop.address && <span className="tb-address">{stop.address}</span>}
            {tags.some(Boolean) && (
              <span className="tb-tags">{tags.filter(Boolean).map((tag) => <i key={tag}>{tag}</i>)}</span>
            )}
          </button>
          {live && <StopButton stop={stop} open={open === stop.id} onOpen={() => onOpen(open === stop.id ? null : stop.id)} />}
        </div>
        {stop.warnings.map((text) => <p key={text} className="tb-stop-warning">{text}</p>)}
        {live && open === stop.id && <StopTools board={board} day={day} stop={stop} onClose={() => onOpen(null)} />}
      </div>
    </li>
  )
}

function Leg({ leg, ends }) {
  return (
    <li className={`tb-leg tb-${leg.mode}`}>
      <span aria-hidden="true" />
      <span>{leg.label}{ends ? ` · ${ends}` : ''}</span>
    </li>
  )
}

function Transfer({ transfer }) {
  return (
    <li className="tb-stop tb-transfer-row">
      <div className="tb-time"><time>{transfer.departure}</time><span>{transfer.arrival}</span></div>
      <span className="tb-dot" aria-hidden="true">→</span>
      <span className="tb-place">
        <span className="tb-name">{transfer.label}</span>
        <span className="tb-meta"><span>{transfer.details}</span></span>
      </span>
    </li>
  )
}

function Timeline({ board, day, ...linked }) {
  const t = useWords()
  const last = day.legs.length - 1
  const base = baseOf(board, day)
  const ends = (i) => (i === 0 ? t('from_base', { base: base.name }) : i === last ? t('back_to_base', { base: base.name }) : '')
  if (!day.stops.length && !day.transfer) return <p className="tb-note">{t('nothing_planned')}</p>
  return (
    <ol className="tb-timeline" style={{ '--day': colourOf(day.number) }}>
      {day.transfer && <Transfer transfer={day.transfer} />}
      {day.legs[0] && <Leg leg={day.legs[0]} ends={ends(0)} />}
      {day.stops.flatMap((stop, i) => [
        <Stop key={stop.id} board={board} day={day} stop={stop} {...linked} />,
        day.legs[i + 1] && <Leg key={`leg-${i}`} leg={day.legs[i + 1]} ends={ends(i + 1)} />,
      ])}
    </ol>
  )
}

function DayLinks({ day }) {
  return (
    <p className="tb-links">
      {day.links.map((link) => (
        <a key={link.label} href={link.url} target="_blank" rel="noopener noreferrer">{link.label}</a>
      ))}
    </p>
  )
}

function Row({ board, day, stop, active, onHover, onPick, open, onOpen, live }) {
  const t = useWords()
  const key = keyOf(day, stop)
  return (
    <li data-stop={key} data-place={stop.id}>
      <div className="tb-line">
        <button
          type="button" className={`tb-row${active === key ? ' tb-active' : ''}${stop.meal ? ' tb-meal' : ''}`}
          onClick={() => onPick(key)} onMouseEnter={() => onHover(key)} onMouseLeave={() => onHover(null)}
          onFocus={() => onHover(key)} onBlur={() => onHover(null)}
        >
          <span className="tb-dot">{stop.number}</span>
          <time>{stop.arrival}</time>
          <span className="tb-name">{stop.name}{stop.meal && <i> {stop.meal}</i>}{stop.pinned && <Pin className="tb-pinned" size={12} aria-hidden="true" />}</span>
          {stop.pinned && <span className="tb-hidden">{t('fixed')}</span>}
        </button>
        {live && <StopButton stop={stop} open={open === stop.id} onOpen={() => onOpen(open === stop.id ? null : stop.id)} />}
      </div>
      {live && open === stop.id && <StopTools board={board} day={day} stop={stop} onClose={() => onOpen(null)} />}
    </li>
  )
}

function Overview({ board, onDay, ...linked }) {
  const t = useWords()
  return (
    <div className="tb-days">
      {board.days.map((day) => (
        <section key={day.number} className="tb-day" style={{ '--day': colourOf(day.number) }} data-day={day.number}>
          <button type="button" className="tb-day-head" onClick={() => onDay(day.number)} aria-description={t('open_day')}>
            <b>{t('day', { number: day.number })}</b><span>{day.label}</span>
          </button>
          <p className="tb-facts">{[day.city, day.facts].filter(Boolean).join(' · ')}</p>
          {day.transfer && (
            <p className="tb-facts tb-from">{day.transfer.departure} – {day.transfer.arrival} {day.transfer.label}</p>
          )}
          <ol>{day.stops.map((stop) => <Row key={stop.id} board={board} day={day} stop={stop} {...linked} />)}</ol>
        </section>
      ))}
    </div>
  )
}

function Tabs({ board, day, onDay, panel }) {
  const t = useWords()
  const days = board.days.map((d) => ({ number: d.number, name: t('day', { number: d.number }), label: d.label }))
  const tabs = days.length > 1 ? [{ number: 0, name: t('all_days') }, ...days] : days
  const keys = (e) => {
    const at = tabs.findIndex((tab) => tab.number === day)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[e.key]
    if (to === undefined) return
    e.preventDefault()
    const next = tabs[(to + tabs.length) % tabs.length]
    onDay(next.number)
    e.currentTarget.querySelector(`[data-tab="${next.number}"]`)?.focus()
  }
  return (
    <div className="tb-tabs" role="tablist" aria-label={t('days')} onKeyDown={keys}>
      {tabs.map((tab) => (
        <button
          key={tab.number} type="button" role="tab" id={`${panel}-${tab.number}`} data-tab={tab.number} aria-controls={panel}
          aria-selected={tab.number === day} tabIndex={tab.number === day ? 0 : -1}
          style={{ '--day': tab.number ? colourOf(tab.number) : 'currentColor' }}
          onClick={() => onDay(tab.number)}
        >
          {tab.number > 0 && <span className="tb-swatch" aria-hidden="true" />}
          {tab.name}{tab.label && <small>{tab.label}</small>}
        </button>
      ))}
    </div>
  )
}
