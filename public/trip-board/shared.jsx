// What all parts of the board use: colours, names of things, and the words in the page's language.

const VERSION = 2
const COLOURS = ['#0e6e66', '#c2410c', '#4f46e5', '#b4246b', '#4d7c0f', '#0369a1', '#92400e', '#7e22ce']
const KILOMETRES = [0.1, 0.25, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000]
const CITY_ZOOM = 10 // closer than this, a coast of 1:50 million misleads

const colourOf = (day) => COLOURS[(day - 1) % COLOURS.length]
const baseOf = (board, day) => day.base || board.base
const keyOf = (day, stop) => `${day.number}-${stop.number}`

const fill = (text, slots) => text.replace(/\{(\w+)\}/g, (whole, name) => slots?.[name] ?? whole)

/** Of the whole board: its words, and the one way to do or ask something. */
const BoardContext = createContext({ words: {}, busy: false, act: null, ask: null })

/** t(key, slots): a label in the page's language. */
function useWords() {
  const { words } = useContext(BoardContext)
  return useCallback((key, slots) => fill(words[key] ?? key, slots), [words])
}

/** The newest board of a conversation is the live one; the others are kept to look back at. */
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

/** A board as it stands: what was drawn first, what hands changed, what another tab changed. */
function useLiveBoard(first) {
  const latest = (window.tripLatest = window.tripLatest || new Map())
  const known = latest.get(first.element)
  const [board, setBoard] = useState(known && known.made > first.made ? known : first)
  const put = useCallback((next) => {
    const own = { ...next, element: first.element }
    latest.set(first.element, own)
    setBoard(own)
  }, [latest, first.element])
  useEffect(() => {
    const hear = (event) => {
      const next = event.source === window && event.data?.['tripwright-board']
      // the newest board of each tab shows the trip as it stands; which of them was kept is the server's
      const newest = [...(window.tripBoards?.values() ?? [])].every((other) => other <= board.made)
      if (next && newest && next.made > board.made) put(next)
    }
    window.addEventListener('message', hear)
    return () => window.removeEventListener('message', hear)
  }, [first.element, board.made, put])
  return [board, put]
}

/** Days to choose from, behind a button: a select would act at the first arrow key. */
function DayChoice({ days, label, more, onDay }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Tool wide icon={CalendarDays} label={label} more={more} aria-expanded={open} onClick={() => setOpen(!open)} />
      {open && (
        <span className="tb-tool-row" role="group" aria-label={label}>
          {days.map((one) => (
            <Tool key={one.number} wide icon={ArrowRight} label={t('day', { number: one.number })} more={one.label} onClick={() => onDay(one.number)} />
          ))}
        </span>
      )}
    </>
  )
}

/** A small button with an icon; its label is read out, and seen where `wide`; `more` is only read out. */
function Tool({ icon: Icon, label, more, wide, ...rest }) {
  const { busy } = useContext(BoardContext)
  return (
    <button
      type="button" className={`tb-tool${wide ? ' tb-wide' : ''}`} aria-label={wide ? undefined : label} title={wide ? undefined : label}
      disabled={busy} {...rest}
    >
      <Icon aria-hidden="true" size={16} />{wide && <span>{label}{more && <span className="tb-hidden"> {more}</span>}</span>}
    </button>
  )
}
