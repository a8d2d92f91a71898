// The basemap that the settings name (agent/basemap.py): tiles of a server, or a PMTiles file that ours
// serves. Coasts and grid lie beneath and are seen wherever it has nothing to show.

function once(path) {
  window.tripScripts ??= {}
  return (window.tripScripts[path] ??= script(path))
}

/** An archive that tells of each tile whether it could be had; one that could not is as if empty. */
function watched(archive, tell) {
  return {
    getHeader: () => archive.getHeader().catch(() => ({})), // its tiles will tell
    getZxy: async (...tile) => {
      try {
        const found = await archive.getZxy(...tile)
        tell(true)
        return found
      } catch (error) {
        if (error.name === 'AbortError') throw error
        tell(false)
      }
    },
  }
}

/** A Leaflet layer of the basemap; `tell` hears of each tile whether it could be had. */
async function tileLayer(L, map, board, tell) {
  const { kind, url, min_zoom: minZoom, max_zoom: maxNativeZoom } = board.map
  const options = { minZoom, maxNativeZoom, maxZoom: map.getMaxZoom() }
  if (kind === 'tiles') {
    // servers that refuse whoever does not say from where are told this server's address, no more
    const layer = L.tileLayer(url, { ...options, referrerPolicy: 'strict-origin' })
    return layer.on('tileload', () => tell(true)).on('tileerror', () => tell(false))
  }
  await once('pmtiles/pmtiles.js')
  const archive = watched(new window.pmtiles.PMTiles(rooted(url)), tell)
  if (kind === 'raster') return window.pmtiles.leafletRasterLayer(archive, options)
  await once('protomaps-leaflet/protomaps-leaflet.js')
  const layer = window.protomapsL.leafletLayer({
    url: archive, flavor: 'light', lang: board.language, maxDataZoom: maxNativeZoom,
    minZoom: minZoom && minZoom + 1, maxZoom: map.getMaxZoom(), // its data are a zoom farther out
  })
  layer.backgroundColor = undefined // else it would cover the coasts where the file has nothing
  return layer
}

/** Puts the basemap on the map, and says when none of a view's tiles can be had, and when again. */
function showTiles(L, map, board, onMissing) {
  let had = false
  const tell = (found) => {
    had ||= found
    onMissing(!had)
  }
  map.on('movestart', () => { had = false })
  tileLayer(L, map, board, tell).then((layer) => map._loaded && layer.addTo(map)).catch(() => tell(false))
}
