// The trip on a page: day tabs, timeline, map. Draws what agent/board.py made and computes nothing
// of the trip. Chainlit runs this one file in the browser; styles are in public/tripwright.css.
import { useEffect, useMemo, useRef, useState } from 'react'

const VERSION = 1
const COLOURS = ['#0e6e66', '#c2410c', '#4f46e5', '#b4246b', '#4d7c0f', '#0369a1', '#92400e', '#7e22ce']
const KILOMETRES = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000]
const CITY_ZOOM = 10 // closer than this, a coast of 1:50 million misleads

const colourOf = (day) => COLOURS[(day - 1) % COLOURS.length]
const baseOf = (board, day) => day.base || board.base // boards of before trips had several cities
const keyOf = (day, stop) => `${day.number}-${stop.number}`

// -- the newest board of a conversation is the live one -------------------------------------------

function useNewest(made) {
  const [newest, setNewest] = useState(true)
  useEffect(() => {
    const boards = (window.tripBoards = window.tripBoards || new Map())
    const id = Symbol(made)
    const look = () => setNewest(![...boards.values()].some((other) => other > made))
    const tell = () => window.dispatchEvent(new Event('tripboards'))
    boards.set(id, made)
    window.addEventListener('tripboards', look)
    tell()
    return () => {
      window.removeEventListener('tripboards', look)
      boards.delete(id)
      tell()
    }
  }, [made])
  return newest
}

// -- Leaflet, vendored; loaded once ---------------------------------------------------------------

function vendored(path) {
  const root = document.querySelector('meta[property="og:root_path"]')?.content || ''
  return `${root}/public/vendor/${path}`
}

function script(path) {
  return new Promise((done, failed) => {
    const tag = document.createElement('script')
    tag.src = vendored(path)
    tag.onload = done
    tag.onerror = () => failed(new Error(`${path} could not be loaded`))
    document.head.append(tag)
  })
}

function leaflet() {
  window.tripLeaflet ??= (async () => {
    const style = document.createElement('link')
    style.rel = 'stylesheet'
    style.href = vendored('leaflet/leaflet.css')
    const styled = new Promise((done) => { style.onload = style.onerror = done })
    document.head.prepend(style) // before our own, which adjusts it
    await Promise.all([styled, script('leaflet/leaflet.js')])
    return window.L
  })()
  return window.tripLeaflet
}

function countries() {
  window.tripCountries ??= (async () => {
    const [answer] = await Promise.all([
      fetch(vendored('world-atlas/countries-50m.json')),
      script('topojson-client/topojson-client.min.js'),
    ])
    const world = await answer.json()
    const { feature, mesh } = window.topojson
    return {
      land: feature(world, world.objects.land),
      borders: mesh(world, world.objects.countries, (a, b) => a !== b),
    }
  })()
  return window.tripCountries
}

// -- the map --------------------------------------------------------------------------------------

function pinElement(stop, day) {
  // text nodes only: names come from data files and from travellers
  const pin = document.createElement('div')
  pin.className = 'tb-pin-in'
  pin.style.setProperty('--day', colourOf(day.number))
  const bubble = document.createElement('span')
  bubble.className = 'tb-pin-number'
  bubble.textContent = stop.number
  const label = document.createElement('span')
  label.className = 'tb-pin-name'
  label.textContent = stop.name
  pin.append(bubble, label)
  return pin
}

function baseElement(name) {
  const base = document.createElement('div')
  base.className = 'tb-base-in'
  base.textContent = '⌂'
  base.title = name
  return base
}

/** Thin lines every so many kilometres, so that distances can be seen without a street. */
function drawGrid(L, map, group, origin) {
  group.clearLayers()
  const view = map.getBounds()
  const perLat = 1 / 111.32
  const perLon = perLat / Math.max(0.05, Math.cos((origin.lat * Math.PI) / 180))
  const wide = map.distance(view.getSouthWest(), view.getSouthEast()) / 1000
  const step = KILOMETRES.find((km) => (km / wide) * map.getSize().x > 64) || 2000
  const style = { className: 'tb-grid', interactive: false, weight: 1 }
  const lines = (from, to, zero, size, make) => {
    const first = Math.ceil((from - zero) / size)
    for (let i = first; zero + i * size <= to && i < first + 80; i++) {
      L.polyline(make(zero + i * size), style).addTo(group)
    }
  }
  const [s, w, n, e] = [view.getSouth(), view.getWest(), view.getNorth(), view.getEast()]
  lines(s, n, origin.lat, step * perLat, (lat) => [[lat, w], [lat, e]])
  lines(w, e, origin.lon, step * perLon, (lon) => [[s, lon], [n, lon]])
}

/** Shows as many names as fit without covering a pin or another name, earlier stops first. */
function placeNames(container, wanted) {
  const pins = [...container.querySelectorAll('.tb-pin-in')]
  const solid = [...container.parentElement.querySelectorAll('.tb-pin-number, .tb-base-in, .leaflet-control, .tb-fit, .tb-credit')]
  const taken = solid.map((one) => one.getBoundingClientRect())
  const edge = container.getBoundingClientRect()
  const meets = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  for (const pin of pins) {
    const label = pin.querySelector('.tb-pin-name')
    const own = pin.querySelector('.tb-pin-number').getBoundingClientRect()
    label.hidden = !wanted
    if (!wanted) continue
    label.hidden = ['right', 'left', 'below', 'above'].every((side) => {
      label.dataset.side = side
      const box = label.getBoundingClientRect()
      const inside = box.left >= edge.left && box.right <= edge.right &&
        box.top >= edge.top && box.bottom <= edge.bottom
      const free = inside && !taken.some((other) => other.left !== own.left && meets(box, other))
      if (free) taken.push(box)
      return !free
    })
  }
}

function TripMap({ board, day, active, onHover, onPick }) {
  const element = useRef(null)
  const state = useRef(null)
  const [problem, setProblem] = useState('')
  const [ready, setReady] = useState(false)
  const calls = useRef({})
  calls.current = { onHover, onPick }

  useEffect(() => {
    const box = element.current
    let gone = false
    let observer
    leaflet().then((L) => {
      if (gone) return
      const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches
      const map = L.map(box, {
        attributionControl: false, zoomControl: false, scrollWheelZoom: false, minZoom: 4,
        maxZoom: 18, zoomSnap: 0.25, zoomDelta: 0.75, dragging: !L.Browser.mobile,
        worldCopyJump: true, zoomAnimation: !still, fadeAnimation: !still,
      })
      L.control.zoom({ position: 'topright' }).addTo(map)
      L.control.scale({ position: 'bottomleft', imperial: false, maxWidth: 120 }).addTo(map)
      const world = L.layerGroup().addTo(map)
      const grid = L.layerGroup().addTo(map)
      const trip = L.layerGroup().addTo(map)
      map.setView([board.base.lat, board.base.lon], 12, { animate: false })
      const s = (state.current = { L, map, trip, markers: new Map(), touched: false, names: false })
      const redraw = () => {
        if (gone) return // an animation may end after the page has moved on
        drawGrid(L, map, grid, board.base)
        placeNames(box, s.names)
        const far = map.getZoom() < CITY_ZOOM
        box.classList.toggle('tb-far', far)
        if (far && !s.world) {
          s.world = true
          countries().then(({ land, borders }) => {
            const style = { interactive: false, weight: 1 }
            L.geoJSON(land, { ...style, className: 'tb-land' }).addTo(world)
            L.geoJSON(borders, { ...style, className: 'tb-border' }).addTo(world)
          }).catch(() => { s.world = false })
        }
      }
      map.on('moveend zoomend', redraw)
      map.on('focus', () => map.scrollWheelZoom.enable())
      map.on('blur', () => map.scrollWheelZoom.disable())
      for (const kind of ['pointerdown', 'wheel', 'keydown']) {
        box.addEventListener(kind, () => { s.touched = true }, { passive: true })
      }
      s.redraw = redraw
      observer = new ResizeObserver(() => {
        map.invalidateSize({ animate: false })
        if (!s.touched) s.fit?.(false)
      })
      observer.observe(box)
      setReady(true)
    }).catch((error) => setProblem(error.message))
    return () => {
      gone = true
      observer?.disconnect()
      state.current?.map.remove()
      state.current = null
    }
  }, [board])

  useEffect(() => {
    const s = state.current
    if (!ready || !s) return
    const { L, map, trip } = s
    const days = day === 0 ? board.days : board.days.filter((one) => one.number === day)
    const points = []
    trip.clearLayers()
    s.markers.clear()
    const at = (base) => [base.lat, base.lon]
    const bases = new Map(days.filter((one) => one.legs.length || one.transfer).map((one) => {
      const base = baseOf(board, one)
      return [at(base).join(), base]
    }))
    for (const base of bases.values()) {
      const icon = L.divIcon({ className: 'tb-base', html: baseElement(base.name), iconSize: [24, 24] })
      L.marker(at(base), { icon, keyboard: false, interactive: false, zIndexOffset: -1000 }).addTo(trip)
      if (day !== 0 || bases.size > 1) points.push(at(base))
    }
    for (const one of days) {
      const base = at(baseOf(board, one))
      if (day === 0 && one.transfer) {
        const line = [at(one.transfer.origin), base]
        L.polyline(line, { className: 'tb-transfer', weight: 2.5, dashArray: '2 8', interactive: false }).addTo(trip)
      }
      const stops = one.stops.map((stop) => [stop.lat, stop.lon])
      points.push(...stops)
      const way = day === 0 ? stops : [base, ...stops, base]
      const legs = day === 0 ? one.legs.slice(1, -1) : one.legs
      legs.forEach((leg, i) => {
        const line = [way[i], way[i + 1]]
        L.polyline(line, { className: 'tb-way-under', weight: 6, interactive: false }).addTo(trip)
        L.polyline(line, {
          className: 'tb-way', color: colourOf(one.number), weight: leg.mode === 'walk' ? 3.5 : 3,
          dashArray: leg.mode === 'walk' ? '0.1 7' : '12 7', interactive: false,
        }).addTo(trip)
      })
      for (const stop of one.stops) {
        const key = keyOf(one, stop)
        const icon = L.divIcon({ className: 'tb-pin', html: pinElement(stop, one), iconSize: [28, 28] })
        const marker = L.marker([stop.lat, stop.lon], { icon, riseOnHover: true }).addTo(trip)
        const pin = marker.getElement()
        pin.setAttribute('aria-label', `Day ${one.number}, stop ${stop.number}: ${stop.name}`)
        pin.dataset.stop = key
        marker.on('click', () => calls.current.onPick(key))
        marker.on('keypress', (e) => e.originalEvent.key === 'Enter' && calls.current.onPick(key))
        marker.on('mouseover', () => calls.current.onHover(key))
        marker.on('mouseout', () => calls.current.onHover(null))
        s.markers.set(key, marker)
      }
    }
    s.names = day !== 0 || board.days.length === 1
    s.fit = (animate) => {
      if (!points.length) points.push(at(baseOf(board, days[0] || {})))
      // the controls' column is on the right, the scale below
      const room = s.names ? 50 : 32
      map.fitBounds(L.latLngBounds(points), {
        paddingTopLeft: [room, 34], paddingBottomRight: [room + 26, 46], maxZoom: 16, animate,
      })
      s.redraw()
    }
    s.touched = false
    s.fit(false)
  }, [ready, board, day])

  useEffect(() => {
    const s = state.current
    if (!ready || !s) return
    s.markers.forEach((marker, key) => {
      marker.getElement()?.classList.toggle('tb-active', key === active)
      marker.setZIndexOffset(key === active ? 1000 : 0)
    })
    const marker = s.markers.get(active)
    if (marker && !s.map.getBounds().pad(-0.05).contains(marker.getLatLng())) {
      s.map.panTo(marker.getLatLng())
    }
  }, [ready, active, day])

  if (problem) return <p className="tb-note" role="alert">The map can't be shown: {problem}.</p>
  return (
    <div className="tb-map-box">
      <div ref={element} className="tb-map" role="region" aria-label={`Map of ${board.title}`} />
      <button type="button" className="tb-fit" onClick={() => { state.current.touched = false; state.current.fit(true) }}>
        Fit
      </button>
      <span className="tb-credit">Order of stops, not streets · coasts: Natural Earth</span>
    </div>
  )
}

// -- the list -------------------------------------------------------------------------------------

function Stop({ day, stop, active, onHover, onPick }) {
  const key = keyOf(day, stop)
  const tags = [stop.pinned && 'Fixed', stop.step_free && 'Step-free', stop.kids && 'Good for kids']
  return (
    <li className={`tb-stop${stop.meal ? ' tb-meal' : ''}${active === key ? ' tb-active' : ''}`} data-stop={key}>
      <div className="tb-time"><time>{stop.arrival}</time><span>{stop.departure}</span></div>
      <span className="tb-dot" aria-hidden="true">{stop.number}</span>
      <button
        type="button" className="tb-place" onClick={() => onPick(key)}
        onMouseEnter={() => onHover(key)} onMouseLeave={() => onHover(null)}
        onFocus={() => onHover(key)} onBlur={() => onHover(null)}
        aria-label={`${stop.name}, ${stop.arrival} to ${stop.departure}: show on the map`}
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
        {tags.some(Boolean) && (
          <span className="tb-tags">{tags.filter(Boolean).map((tag) => <i key={tag}>{tag}</i>)}</span>
        )}
      </button>
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
  const last = day.legs.length - 1
  const base = baseOf(board, day)
  const ends = (i) => (i === 0 ? `from ${base.name}` : i === last ? `back to ${base.name}` : '')
  if (!day.stops.length && !day.transfer) return <p className="tb-note">Nothing planned: a free day.</p>
  return (
    <ol className="tb-timeline" style={{ '--day': colourOf(day.number) }}>
      {day.transfer && <Transfer transfer={day.transfer} />}
      {day.legs[0] && <Leg leg={day.legs[0]} ends={ends(0)} />}
      {day.stops.flatMap((stop, i) => [
        <Stop key={keyOf(day, stop)} day={day} stop={stop} {...linked} />,
        day.legs[i + 1] && <Leg key={`leg-${i}`} leg={day.legs[i + 1]} ends={ends(i + 1)} />,
      ])}
    </ol>
  )
}

function Overview({ board, onDay, active, onHover, onPick }) {
  return (
    <div className="tb-days">
      {board.days.map((day) => (
        <section key={day.number} className="tb-day" style={{ '--day': colourOf(day.number) }} data-day={day.number}>
          <button type="button" className="tb-day-head" onClick={() => onDay(day.number)} aria-label={`Open day ${day.number}, ${day.label}`}>
            <b>Day {day.number}</b><span>{day.label}</span>
          </button>
          <p className="tb-facts">{[day.city, day.facts].filter(Boolean).join(' · ')}</p>
          {day.transfer && (
            <p className="tb-facts tb-from">{day.transfer.departure} – {day.transfer.arrival} {day.transfer.label}</p>
          )}
          <ol>
            {day.stops.map((stop) => {
              const key = keyOf(day, stop)
              return (
                <li key={key} data-stop={key}>
                  <button
                    type="button" className={`tb-row${active === key ? ' tb-active' : ''}${stop.meal ? ' tb-meal' : ''}`}
                    onClick={() => onPick(key)} onMouseEnter={() => onHover(key)} onMouseLeave={() => onHover(null)}
                    onFocus={() => onHover(key)} onBlur={() => onHover(null)}
                  >
                    <span className="tb-dot">{stop.number}</span>
                    <time>{stop.arrival}</time>
                    <span className="tb-name">{stop.name}{stop.meal && <i> {stop.meal}</i>}</span>
                  </button>
                </li>
              )
            })}
          </ol>
        </section>
      ))}
    </div>
  )
}

function Tabs({ board, day, onDay, panel }) {
  const all = [{ number: 0, name: 'All days' }, ...board.days.map((d) => ({ number: d.number, name: `Day ${d.number}`, label: d.label }))]
  const tabs = board.days.length > 1 ? all : all.slice(1)
  const keys = (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key]
    if (!step) return
    e.preventDefault()
    const at = tabs.findIndex((tab) => tab.number === day)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    onDay(next.number)
    e.currentTarget.querySelector(`[data-tab="${next.number}"]`)?.focus()
  }
  return (
    <div className="tb-tabs" role="tablist" aria-label="Days" onKeyDown={keys}>
      {tabs.map((tab) => (
        <button
          key={tab.number} type="button" role="tab" data-tab={tab.number} aria-controls={panel}
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

function Cost({ cost }) {
  if (cost.budget === null) {
    return <div className="tb-cost"><b>{cost.label}</b><small>entries and meals</small></div>
  }
  const over = cost.share !== null && cost.share > 1
  const percent = Math.round((cost.share ?? 1) * 100)
  return (
    <div className={`tb-cost${over ? ' tb-over' : ''}`}>
      <b>{cost.label}</b><small>of {cost.budget}{over ? ', over the budget' : ''}</small>
      <div className="tb-bar" role="meter" aria-label="Cost against the budget" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.min(100, percent)} aria-valuetext={`${cost.label} of ${cost.budget}`}>
        <span style={{ width: `${Math.min(100, percent)}%` }} />
      </div>
    </div>
  )
}

function Notes({ title, kind, children }) {
  return <section className={`tb-notes tb-${kind}`}><h4>{title}</h4><ul>{children}</ul></section>
}

export default function TripBoard() {
  const board = props
  const root = useRef(null)
  const newest = useNewest(board.made || '')
  const [open, setOpen] = useState(false)
  const [day, setDay] = useState(board.days?.length === 1 ? 1 : 0)
  const [active, setActive] = useState(null)
  const panel = useMemo(() => `trip-${Math.random().toString(36).slice(2)}`, [])

  if (board.version !== VERSION) {
    return <p className="tb-note">This board was made by another version of Tripwright and can't be shown.</p>
  }
  if (!newest && !open) {
    return (
      <button type="button" className="tb-earlier" onClick={() => setOpen(true)}>
        <span>Earlier version</span> {board.title} · {board.cost.label} <u>Show</u>
      </button>
    )
  }
  const pick = (key) => {
    setActive(key)
    root.current?.querySelector(`li[data-stop="${key}"]`)?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }
  const linked = { active, onHover: setActive, onPick: pick }
  const shown = board.days.find((one) => one.number === day)
  return (
    <article ref={root} className="tb" aria-label={board.title} data-newest={newest}>
      <header className="tb-head">
        <div>
          {!newest && <button type="button" className="tb-hide" onClick={() => setOpen(false)}>Earlier version · hide</button>}
          <h3>{board.title}</h3>
          <p>{board.subtitle}</p>
        </div>
        <Cost cost={board.cost} />
      </header>
      {board.changes.length > 0 && (
        <Notes title="Changed" kind="changed">{board.changes.map((text) => <li key={text}>{text}</li>)}</Notes>
      )}
      {board.warnings.length > 0 && (
        <Notes title="Look out" kind="warning">{board.warnings.map((text) => <li key={text}>{text}</li>)}</Notes>
      )}
      <Tabs board={board} day={day} onDay={setDay} panel={panel} />
      <div className="tb-main" id={panel} role="tabpanel">
        <div className="tb-list">
          {shown ? (
            <>
              <p className="tb-facts">{[shown.city, shown.facts].filter(Boolean).join(' · ')}</p>
              <Timeline board={board} day={shown} {...linked} />
            </>
          ) : <Overview board={board} onDay={setDay} {...linked} />}
        </div>
        <TripMap board={board} day={day} {...linked} />
      </div>
      {board.left_out.length > 0 && (
        <Notes title="Not in the plan" kind="warning">
          {board.left_out.map((one) => <li key={one.what}><b>{one.what}</b>: {one.reason}</li>)}
        </Notes>
      )}
      {board.notes.length > 0 && (
        <Notes title="Good to know" kind="info">{board.notes.map((text) => <li key={text}>{text}</li>)}</Notes>
      )}
      <footer className="tb-foot">{board.source} Ways are estimated from distance.</footer>
    </article>
  )
}
