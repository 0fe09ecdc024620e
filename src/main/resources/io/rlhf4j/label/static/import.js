// Reads the chosen files here, asks the server what they would bring, and sends them again to
// bring them in.
const form = document.getElementById("import");
const preview = document.getElementById("preview");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = await content();
  const answer = await send(form.dataset.path + "/preview", body);
  preview.innerHTML = "";
  if (!answer.ok) {
    complain(await answer.text());
    return;
  }
  preview.innerHTML = await answer.text(); // the server escapes all texts of the files
  document.getElementById("take").addEventListener("click", async (click) => {
    click.target.disabled = true;
    const done = await send(form.dataset.path, body);
    if (done.ok) {
      location.href = (await done.json()).path;
    } else {
      complain(await done.text());
    }
  });
  preview.scrollIntoView({ block: "start" });
});

async function content() {
  const fields = form.elements;
  const files = [];
  for (const file of fields.files.files) {
    files.push({ name: file.name, base64: await base64(file) });
  }
  return JSON.stringify({
    as: fields.as.value,
    files,
    columns: fields.columns.value,
    languages: fields.languages.value,
    perUser: Number(fields.perUser.value),
    prefixWords: Number(fields.prefixWords.value),
    near: Number(fields.near.value),
    valid: Number(fields.valid.value),
    containment: fields.containment.checked,
    personalData: fields.personalData.checked,
  });
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

function send(path, body) {
  return fetch(path, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      "X-CSRF-Token": document.querySelector("meta[name=csrf]").content,
    },
    body,
  });
}

function complain(answer) {
  let sentence = answer;
  try {
    sentence = JSON.parse(answer).error ?? answer;
  } catch {
    const page = new DOMParser().parseFromString(answer, "text/html");
    sentence = page.querySelector("main p")?.textContent ?? answer;
  }
  const notice = document.createElement("p");
  notice.className = "notice bad";
  notice.setAttribute("role", "alert");
  notice.textContent = sentence;
  preview.replaceChildren(notice);
}
