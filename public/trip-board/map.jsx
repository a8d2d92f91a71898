// The map: Leaflet, vendored and loaded once; pins, ways, coasts.

function rooted(path) {
  const root = document.querySelector('meta[property="og:root_path"]')?.content || ''
  return `${root}${path}`
}

const vendored = (path) => rooted(`/public/vendor/${path}`)

function script(path) {
  return new Promise((done, failed) => {
    const tag = document.createElement('script')
    tag.src = vendored(path)
    tag.onload = done
    tag.onerror = () => failed(new Error(path))
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
  pin.append(bubble, ' ', label)
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
  const style = { className: 'tb-grid', pane: 'coast', interactive: false, weight: 1 }
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
  const solid = [...container.parentElement.querySelectorAll('.tb-pin-number, .tb-base-in, .leaflet-control, .tb-fit, .tb-credit, .tb-tiles-missing:not(:empty)')]
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
  const t = useWords()
  const element = useRef(null)
  const state = useRef(null)
  const [problem, setProblem] = useState('')
  const [ready, setReady] = useState(false)
  const [missing, setMissing] = useState(false)
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
      L.control.zoom({ position: 'topright', zoomInTitle: t('zoom_in'), zoomOutTitle: t('zoom_out') }).addTo(map)
      L.control.scale({ position: 'bottomleft', imperial: false, maxWidth: 120 }).addTo(map)
      map.createPane('coast').style.zIndex = 150 // under tiles, which Leaflet puts at 200
      const world = L.layerGroup().addTo(map)
      const grid = L.layerGroup().addTo(map)
      const trip = L.layerGroup().addTo(map)
      map.setView([board.base.lat, board.base.lon], 12, { animate: false })
      if (board.map) showTiles(L, map, board, (none) => !gone && setMissing(none))
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
            const style = { pane: 'coast', interactive: false, weight: 1 }
            L.geoJSON(land, { ...style, className: 'tb-land' }).addTo(world)
            L.geoJSON(borders, { ...style, className: 'tb-border' }).addTo(world)
          }).catch(() => { s.world = false })
        }
      }
      map.on('moveend zoomend', redraw)
      map.on('click', () => calls.current.onPick(null)) // on the ground: a pin keeps its click to itself
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
  }, [board.element])

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
        pin.setAttribute('aria-label', t('stop_on_day', { number: one.number, stop: stop.number, name: stop.name }))
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

  if (problem) return <p className="tb-note" role="alert">{t('map_failed', { problem: t('could_not_load', { file: problem }) })}</p>
  return (
    <div className="tb-map-box">
      <div ref={element} className="tb-map" role="region" aria-label={t('map_of', { title: board.title })} />
      <button
        type="button" className="tb-fit" aria-label={t('fit')} title={t('fit')}
        onClick={() => { state.current.touched = false; state.current.fit(true) }}
      >
        <Maximize2 aria-hidden="true" size={16} />
      </button>
      <span className="tb-tiles-missing" role="status">{missing && t('tiles_missing')}</span>
      <span className="tb-credit">
        {board.map && !missing ? t('map_credit_tiles', { attribution: board.map.attribution }) : t('map_credit')}
      </span>
    </div>
  )
}
