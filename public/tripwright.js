// Chainlit names the thread in the address only where its sidebar is mounted, which on a phone it is
// not: a reload would lose the trip from view. agent/app.py tells the thread with each message.
window.addEventListener('message', (event) => {
  const thread = event.source === window && event.data?.['tripwright-thread']
  if (typeof thread !== 'string' || !/^[\w-]{1,64}$/.test(thread)) return
  setTimeout(() => {
    // after Chainlit had its chance, which also marks the thread in the sidebar
    if (window.location.pathname === '/') window.history.replaceState(window.history.state, '', `/thread/${thread}`)
  }, 600)
})
