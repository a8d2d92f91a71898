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

// Chainlit's own page has icons without a name, a menu that is no list and an expanded thing that is
// no button: here they are given what a screen reader needs (WCAG 2.2, 4.1.2).
const NAMES = {
  en: { good: 'A good answer', bad: 'A bad answer', copy: 'Copy this answer', end: 'To the newest message', send: 'Send', stop: 'Stop', settings: 'Settings', upload: 'Open a saved trip', sidebar: 'Trips, show or hide', pen: 'New trip', search: 'Search past trips', theme: 'Light or dark', options: 'Options of this trip', data: 'Your data', foreign: 'There is no such trip of yours.', instead: 'Plan a new one' },
  de: { good: 'Gute Antwort', bad: 'Schlechte Antwort', copy: 'Antwort kopieren', end: 'Zur neuesten Nachricht', send: 'Senden', stop: 'Anhalten', settings: 'Einstellungen', upload: 'Gespeicherte Reise öffnen', sidebar: 'Reisen ein- oder ausblenden', pen: 'Neue Reise', search: 'Frühere Reisen suchen', theme: 'Hell oder dunkel', options: 'Optionen dieser Reise', data: 'Gespeicherte Daten', foreign: 'Diese Reise gibt es bei Ihnen nicht.', instead: 'Neue planen' },
  fr: { good: 'Bonne réponse', bad: 'Mauvaise réponse', copy: 'Copier la réponse', end: 'Au dernier message', send: 'Envoyer', stop: 'Arrêter', settings: 'Réglages', upload: 'Ouvrir un voyage enregistré', sidebar: 'Afficher ou masquer les voyages', pen: 'Nouveau voyage', search: 'Chercher un voyage', theme: 'Clair ou sombre', options: 'Options de ce voyage', data: 'Vos données', foreign: 'Vous n’avez pas de voyage à cette adresse.', instead: 'En préparer un' },
  es: { good: 'Buena respuesta', bad: 'Mala respuesta', copy: 'Copiar la respuesta', end: 'Al último mensaje', send: 'Enviar', stop: 'Detener', settings: 'Ajustes', upload: 'Abrir un viaje guardado', sidebar: 'Mostrar u ocultar los viajes', pen: 'Viaje nuevo', search: 'Buscar viajes', theme: 'Claro u oscuro', options: 'Opciones de este viaje', data: 'Tus datos', foreign: 'No tiene ningún viaje en esta dirección.', instead: 'Planear uno' },
  ja: { good: 'よい回答', bad: 'よくない回答', copy: '回答をコピー', end: '最新のメッセージへ', send: '送信', stop: '停止', settings: '設定', upload: '保存した旅程を開く', sidebar: '旅程一覧の表示切り替え', pen: '新しい旅程', search: '過去の旅程を検索', theme: 'ライト・ダーク切り替え', options: 'この旅程のオプション', data: '保存されているデータ', foreign: 'このアドレスにあなたの旅程はありません。', instead: '新しく計画する' },
}
const names = NAMES[navigator.language.slice(0, 2)] || NAMES.en
const NAMELESS = {
  'sidebar-trigger-button': names.sidebar, 'search-chats-button': names.search, 'new-chat-button': names.pen,
  'upload-button': names.upload, 'chat-settings-open-modal': names.settings, 'chat-submit': names.send,
  'stop-button': names.stop, 'theme-toggle': names.theme, 'thread-options': names.options,
}
const ICONS = {
  '.positive-feedback-off, .positive-feedback-on': names.good, '.negative-feedback-off, .negative-feedback-on': names.bad,
  'button:has(.lucide-copy), button.undefined': names.copy, 'button:has(.lucide-arrow-down)': names.end,
}

function nameWhatHasNone() {
  for (const [id, name] of Object.entries(NAMELESS)) {
    for (const one of document.querySelectorAll(`[id="${id}"]:not([aria-label])`)) one.setAttribute('aria-label', name)
  }
  for (const [selector, name] of Object.entries(ICONS)) {
    for (const one of document.querySelectorAll(selector)) if (!one.closest('.tb') && !one.hasAttribute('aria-label') && !one.textContent.trim()) one.setAttribute('aria-label', name)
  }
  document.querySelector('#upload-button[role="presentation"]')?.removeAttribute('role')
  for (const menu of document.querySelectorAll('ul[data-sidebar="menu"]')) {
    // the outer one is there before what it holds
    const role = menu.querySelector('ul[data-sidebar="menu"]') ? 'group' : 'list'
    if (menu.getAttribute('role') !== role) menu.setAttribute('role', role)
  }
  for (const options of document.querySelectorAll('#thread-options:not([role])')) {
    options.setAttribute('role', 'button')
  }
}

// The way to one's own data (/account), beside the user's menu: a header link of Chainlit's would be a
// link inside a button, in one language.
function linkToData() {
  const menu = document.getElementById('user-nav-button')
  if (!menu || document.getElementById('account-link')) return
  const link = document.createElement('a')
  link.id = 'account-link'
  link.href = '/account'
  link.title = names.data
  link.setAttribute('aria-label', names.data)
  link.className = document.getElementById('theme-toggle')?.className || ''
  link.innerHTML = '<svg class="!size-5" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"><ellipse cx="12" cy="5" rx="8" ry="3"/><path d="M4 5v14c0 1.7 3.6 3 8 3s8-1.3 8-3V5"/><path d="M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3"/></svg>'
  menu.before(link)
}

// Of an address that is somebody else's, or nobody's any more, Chainlit's socket is refused, and its page
// says that the server does not answer.
let asked = ''
let looked = ''
let foreign = ''
async function explainForeignThread() {
  const [, here] = window.location.pathname.match(/^\/thread\/([\w-]{1,64})$/) || []
  asked = here || asked  // Chainlit goes back to "/" by itself, and goes on asking for the thread
  const thread = asked
  const alert = document.getElementById('session-error')
  if (!thread || !alert) return
  if (looked !== thread) {
    looked = thread
    const answer = await fetch(`/project/thread/${thread}`).catch(() => null)
    if (answer && [401, 403, 404].includes(answer.status)) foreign = thread
  }
  if (foreign !== thread || alert.dataset.told) return
  const texts = document.createTreeWalker(alert, NodeFilter.SHOW_TEXT)
  const text = texts.nextNode()
  if (!text) return
  alert.dataset.told = 'foreign'
  text.nodeValue = `${names.foreign} `
  const link = document.createElement('a')
  link.href = '/'
  link.textContent = names.instead
  link.style.textDecoration = 'underline'
  text.after(link)
}

let due = 0
new MutationObserver(() => {
  nameWhatHasNone()  // at once: nothing stands without a name until a timer is due
  if (due) return
  due = window.setTimeout(() => { due = 0; linkToData(); explainForeignThread() }, 150)
}).observe(document.documentElement, { childList: true, subtree: true })
