// Better with a script, complete without: search as you type and the camera. Both ask for the page itself and show its parts.
"use strict";
(() => {
  const form = document.getElementById("search"), field = document.getElementById("q"), main = document.getElementById("results");
  let asking, waiting, last = field.value.trim();

  /** Shows the answer to what stands in the field. */
  async function ask() {
    const text = field.value.trim();
    if (text === last) return;
    last = text;
    asking?.abort();
    asking = new AbortController();
    const address = text ? `/?${new URLSearchParams({ q: text })}` : "/";
    main.classList.add("busy");
    try {
      const reply = await fetch(address, { signal: asking.signal, headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      // The words go into the element that is there, so that screen readers say them.
      document.getElementById("said").textContent = page.getElementById("said").textContent;
      document.getElementById("found").replaceChildren(...page.getElementById("found").childNodes);
      document.title = page.title;
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name === "AbortError") return;
      last = undefined;
      document.getElementById("said").textContent = "We cannot look just now. Try again in a moment.";
    }
    main.classList.remove("busy");
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 180);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    last = undefined;
    // A scanner that types ends with Enter: the next scan replaces this one.
    ask().then(() => field.select());
  });
  addEventListener("pageshow", () => { last = new URLSearchParams(location.search).get("q")?.trim() ?? ""; });

  // The camera, where the browser can read barcodes by itself.
  const scan = document.getElementById("scan"), camera = document.getElementById("camera");
  const view = document.getElementById("view"), says = document.getElementById("camera-says");
  const kinds = ["ean_13", "ean_8", "upc_a", "upc_e", "itf", "code_128"];
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;

  let detector, stream;
  const invitation = says.textContent;
  BarcodeDetector.getSupportedFormats().then((known) => {
    const formats = kinds.filter((kind) => known.includes(kind));
    if (formats.length === 0) return;
    detector = new BarcodeDetector({ formats });
    scan.hidden = false;
  }, () => {});

  async function look() {
    if (!stream) return;
    const [code] = await detector.detect(view).catch(() => []);
    if (code) {
      field.value = code.rawValue;
      camera.close();
      form.requestSubmit();
    } else {
      setTimeout(look, 120);
    }
  }

  scan.addEventListener("click", async () => {
    says.textContent = invitation;
    camera.showModal();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (!camera.open) return stop();
      view.srcObject = stream;
      await view.play();
      look();
    } catch {
      says.textContent = "The camera cannot be used. Type the number under the barcode instead.";
    }
  });
  document.getElementById("stop").addEventListener("click", () => camera.close());
  camera.addEventListener("close", stop);

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = undefined;
    view.srcObject = null;
    field.focus();
  }
})();
