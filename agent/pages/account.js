const the = (id) => document.getElementById(id)
const said = the('said')

/** Whether the server did what was asked; it refuses pages of other addresses. */
async function post(address, body) {
  try {
    const answer = await fetch(address, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
    })
    return answer.ok
  } catch {
    return false
  }
}

for (const button of document.querySelectorAll('button[data-thread]')) {
  button.addEventListener('click', async () => {
    button.disabled = true
    const done = await post('/my-data/unshare', { thread: button.dataset.thread })
    said.textContent = done ? said.dataset.ended : said.dataset.failed
    said.focus() // the button is gone, or can't be pressed for a moment
    if (!done) {
      button.disabled = false
      return
    }
    button.closest('li').remove()
    if (document.querySelector('button[data-thread]')) return
    the('shared').hidden = true
    the('none').hidden = false
  })
}

const sure = the('sure')
the('delete').addEventListener('click', () => {
  the('refused').textContent = ''
  sure.showModal()
})
the('keep').addEventListener('click', () => sure.close())
the('delete-now').addEventListener('click', async (event) => {
  event.target.disabled = true
  const done = await post('/my-data/delete', { confirm: 'delete' })
  event.target.disabled = false
  if (!done) {
    the('refused').textContent = said.dataset.failed
    return
  }
  sure.close()
  the('data').remove()
  the('back').remove()
  the('gone').hidden = false
  document.querySelector('#gone h1').focus()
})
