// The trip on a page: day tabs, timeline, map, and what hands can change. Draws what agent/board.py
// made and computes nothing of the trip; each control is a turn of the conversation (agent/app.py).
// Chainlit runs one file in the browser: agent/board_page.py puts those of public/trip-board/ behind
// this one. Styles are in public/tripwright.css.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import { ArrowDown, ArrowLeftRight, ArrowRight, ArrowUp, CalendarDays, CircleHelp, Columns2, Copy, CopyPlus, Download, Ellipsis, Lightbulb, Maximize2, Pin, PinOff, Plus, Redo2, Share2, Trash2, Undo2, X } from 'lucide-react'

function Toolbar({ board, panel, onPanel }) {
  const t = useWords()
  const { act, busy } = useContext(BoardContext)
  const opens = (name) => ({ 'aria-expanded': panel === name, onClick: () => onPanel(panel === name ? null : name) })
  return (
    <div className="tb-toolbar" role="toolbar" aria-label={t('trip_tools')}>
      <Tool icon={Undo2} label={t('undo')} disabled={busy || !board.undo} onClick={() => act('undo', {})} />
      <Tool icon={Redo2} label={t('redo')} disabled={busy || !board.redo} onClick={() => act('redo', {})} />
      <Tool wide icon={Plus} label={t('add_place')} {...opens('add')} />
      <Tool wide icon={Columns2} label={t('compare')} {...opens('compare')} disabled={busy || !board.undo} />
      <Tool wide icon={Download} label={t('take_along')} {...opens('take')} />
    </div>
  )
}

const PANELS = { add: (props) => <AddPlace {...props} />, compare: (props) => <Compare {...props} />, take: (props) => <TakeAlong {...props} /> }

export default function TripBoard() {
  const [board, setBoard] = useLiveBoard(props)
  const root = useRef(null)
  const status = useRef(null)
  const newest = useNewest(board.made || '')
  const [open, setOpen] = useState(false)
  const [chosen, setDay] = useState(0)
  // a trip may have become shorter, here or in another tab
  const day = board.days?.some((one) => one.number === chosen) ? chosen : board.days?.length === 1 ? 1 : 0
  const [hovered, setHovered] = useState(null)
  const [picked, setPicked] = useState(null)
  // what was picked stays marked when the mouse leaves it, or the list scrolls away under the mouse
  const active = hovered ?? picked
  const [stop, setStop] = useState(null) // whose tools are open
  const [panel, setPanel] = useState(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const id = useMemo(() => `trip-${Math.random().toString(36).slice(2)}`, [])
  const words = board.words || {}
  const seen = useRef(board)
  seen.current = board

  const send = useCallback(async (kind, what, args) => {
    const { fingerprint } = seen.current
    try {
      const answer = await callAction({ name: 'trip', payload: { kind, what, args, seen: fingerprint } })
      return answer.response ?? { ok: false, text: fill(words.no_answer || '', {}) }
    } catch (error) {
      return { ok: false, text: words.no_answer || String(error) }
    }
  }, [words])
  const ask = useCallback((what, args) => send('ask', what, args), [send])
  const act = useCallback(async (what, args) => {
    setBusy(true)
    const answer = await send('act', what, args)
    setBusy(false)
    // one that was refused only shows the trip as it stands: it is no newer than the answer's board
    if (answer.board) setBoard(answer.ok ? answer.board : { ...answer.board, made: seen.current.made })
    setProblem(answer.ok ? '' : answer.text)
    if (answer.ok) {
      setStop(null)
      if (what === 'undo') setPanel(null)
    }
    status.current?.focus({ preventScroll: true }) // what was pressed may be gone
    return answer
  }, [send, setBoard])
  const context = useMemo(() => ({ words, busy, act, ask }), [words, busy, act, ask])

  if (board.version !== VERSION) {
    return <p className="tb-note">{fill(words.other_version || "This board was made by another version of Tripwright and can't be shown.")}</p>
  }
  if (!newest && !open) {
    return (
      <button type="button" className="tb-earlier" onClick={() => setOpen(true)}>
        <span>{words.earlier_version}</span> {board.title} · {board.cost.label} <u>{words.show}</u>
      </button>
    )
  }
  const live = newest && !board.readonly
  const pick = (key) => {
    setHovered(null)
    setPicked(key)
    if (key) root.current?.querySelector(`li[data-stop="${key}"]`)?.scrollIntoView({ block: 'nearest', behavior: 'smooth' })
  }
  const turn = (number) => { setDay(number); setStop(null) }
  const linked = { active, onHover: setHovered, onPick: pick, open: stop, onOpen: setStop, live }
  const shown = board.days.find((one) => one.number === day)
  return (
    <BoardContext.Provider value={context}>
      <article ref={root} className="tb" aria-label={board.title} aria-busy={busy} data-newest={newest} lang={board.language}>
        <header className="tb-head">
          <div>
            {!newest && <button type="button" className="tb-hide" onClick={() => setOpen(false)}>{words.hide_earlier_version}</button>}
            <h3>{board.title}</h3>
            <p>{board.subtitle}</p>
          </div>
          <Cost cost={board.cost} />
        </header>
        {live && <Toolbar board={board} panel={panel} onPanel={setPanel} />}
        {live && panel && (panel !== 'compare' || board.undo > 0) && PANELS[panel]({ board })}
        <div ref={status} className="tb-status" role="status" tabIndex={-1}>
          {problem && <p className="tb-problem" role="alert">{problem}</p>}
          {board.changes.length > 0 && (
            <Notes title={words.changed} kind="changed">{board.changes.map((text) => <li key={text}>{text}</li>)}</Notes>
          )}
        </div>
        {board.warnings.length > 0 && (
          <Notes title={words.look_out} kind="warning">{board.warnings.map((text) => <li key={text}>{text}</li>)}</Notes>
        )}
        <Tabs board={board} day={day} onDay={turn} panel={id} />
        <div className="tb-main" id={id} role="tabpanel" aria-labelledby={`${id}-${day}`}>
          <div className="tb-list">
            {shown ? (
              <>
                <p className="tb-facts">{[shown.city, shown.facts].filter(Boolean).join(' · ')}</p>
                <Timeline board={board} day={shown} {...linked} />
                <DayLinks day={shown} />
              </>
            ) : <Overview board={board} onDay={turn} {...linked} />}
          </div>
          <TripMap board={board} day={day} active={active} onHover={setHovered} onPick={pick} />
        </div>
        <Ideas board={board} live={live} />
        {board.left_out.length > 0 && (
          <Notes title={words.not_in_the_plan} kind="warning">
            {board.left_out.map((one) => <li key={one.what}><b>{one.what}</b>: {one.reason}</li>)}
          </Notes>
        )}
        {board.notes.length > 0 && (
          <Notes title={words.good_to_know} kind="info">{board.notes.map((text) => <li key={text}>{text}</li>)}</Notes>
        )}
        <footer className="tb-foot">{board.source} {words.ways_estimated}</footer>
      </article>
    </BoardContext.Provider>
  )
}
