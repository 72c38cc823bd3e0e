// Drives the page: node page.cjs CHROMIUM ADDRESS PICTURES. Ends with 1 and says what is wrong when anything is.
"use strict";
const path = require("node:path");
const { chromium } = require("playwright-core");
const [program, address, pictures] = process.argv.slice(2);

const wrong = [];
const must = (holds, what) => { if (!holds) { wrong.push(what); console.error(`  WRONG: ${what}`); } };
const quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];

/** A page that tells of every error, and of every request that leaves the server. */
async function open(browser, options, name) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    const expected = /status of 404|net::ERR_FAILED/.test(message.text());
    if (message.type() === "error" && !expected) must(false, `${name}: ${message.text()}`);
  });
  page.on("pageerror", (error) => must(false, `${name}: ${error}`));
  page.on("request", (request) => must(request.url().startsWith(address), `${name}: asks ${request.url()}`));
  return page;
}

/** Text that is too faint, what sticks out, fields without a label: of the page as it is shown. */
async function look(page, name) {
  const found = await page.evaluate(() => {
    const problems = [];
    const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return { r, g, b, a }; };
    const light = ({ r, g, b }) => {
      const [x, y, z] = [r, g, b].map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const colour = parse(getComputedStyle(at).backgroundColor);
        if (colour.a === 1) return colour;
      }
      return { r: 255, g: 255, b: 255 };
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
      const [one, other] = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
      const contrast = (one + 0.05) / (other + 0.05);
      if (contrast < 4.5) problems.push(`contrast ${contrast.toFixed(2)} of “${walker.currentNode.data.trim()}”`);
    }
    for (const input of document.querySelectorAll("input")) {
      const edge = parse(getComputedStyle(input).borderColor), [one, other] = [light(edge), light(ground(input.parentElement))].sort((a, b) => b - a);
      if ((one + 0.05) / (other + 0.05) < 3) problems.push("the field's edge cannot be seen");
      if (!input.labels.length) problems.push("a field has no label");
    }
    for (const target of document.querySelectorAll("button, input, .item")) {
      const box = target.getBoundingClientRect();
      if (target.checkVisibility() && box.height < 44) problems.push(`“${target.textContent}” is only ${box.height} high`);
    }
    const levels = [...document.querySelectorAll("h1, h2, h3")].filter((h) => h.checkVisibility()).map((h) => Number(h.tagName[1]));
    if (levels[0] !== 1 || levels.some((level, at) => at > 0 && level > levels[at - 1] + 1)) problems.push(`headings ${levels}`);
    if (document.documentElement.scrollWidth > innerWidth) problems.push(`${document.documentElement.scrollWidth} wide in ${innerWidth}`);
    if (!document.documentElement.lang || !document.title) problems.push("no language or title");
    if (document.querySelectorAll("main, [role=search], [role=status]").length < 3) problems.push("a landmark is missing");
    return problems;
  });
  for (const problem of found) must(false, `${name}: ${problem}`);
}

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

async function pages(browser) {
  for (const [size, viewport] of Object.entries(sizes)) for (const colorScheme of ["light", "dark"]) for (const javaScriptEnabled of [true, false]) {
    const name = `${size}-${colorScheme}-${javaScriptEnabled ? "script" : "plain"}`;
    const page = await open(browser, { viewport, colorScheme, javaScriptEnabled }, name);
    const shown = {};
    const keep = async (what) => {
      shown[what] = (await page.locator("main").innerText()).replace(/\s+/g, " ");
      await page.screenshot({ path: path.join(pictures, `${name}-${what}.png`) });
      if (javaScriptEnabled) await look(page, `${name} ${what}`);
    };
    await page.goto(address);
    await keep("start");
    await page.getByLabel("Name, code or barcode").fill("tea");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("Fairtrade tea, case of 6").waitFor();
    must(page.url().endsWith("/?q=tea"), `${name}: the address is ${page.url()}`);
    await keep("search");
    await page.getByRole("link", { name: /case of 6/ }).click();
    await page.getByText("A pack of 6").waitFor();
    await keep("pack");
    await page.goto(`${address}/?item=CANDLE`);
    must(/None/.test(await page.locator(".store", { hasText: "Leith Walk" }).innerText()), `${name}: counted 0 is “None”`);
    await page.goto(`${address}/?q=5012345670447`);
    await page.getByRole("heading", { name: "Harbour Light mug" }).waitFor();
    must(/9 on the shelf Sure|9 on the shelf\s+Sure/.test((await page.locator(".store", { hasText: "Leith Walk" }).innerText()).replace(/\s+/g, " ")), `${name}: counted yesterday is sure`);
    must((await page.getByText("£6.00").count()) === 1, `${name}: the price`);
    await keep("item");
    await page.goto(`${address}/?q=qqqqqq`);
    await keep("nothing");
    await page.goto(`${address}/?item=qqqqqq`);
    await keep("missing");
    must((await page.locator("#said").innerText()) === "There is no such item", `${name}: a screen reader is told what is missing`);
    await page.goto(`${address}/?q=tea&page=999`);
    await page.getByRole("link", { name: "first page" }).click();
    await page.getByText("Fairtrade tea, case of 6").waitFor();
    must(shown.nothing.includes("Nothing found") && shown.missing.includes("There is no such item"), `${name}: what is said`);
    await page.context().close();
  }
}

/** What the script adds. */
async function typing(browser) {
  const page = await open(browser, { viewport: sizes.phone }, "typing");
  let loads = 0;
  page.on("load", () => { loads += 1; });
  await page.goto(address);
  const field = page.getByLabel("Name, code or barcode"), said = page.locator("#said");
  await field.pressSequentially("candel", { delay: 20 });
  await page.getByRole("heading", { name: "Soy candle" }).waitFor();
  must(loads === 1, "typing: the page is loaded once");
  must(await field.evaluate((one) => one === document.activeElement), "typing: the field keeps the focus");
  must((await said.innerText()).length > 0 && (await said.getAttribute("role")) === "status", "typing: the count is said");
  must(page.url().includes("q=candel"), "typing: the address follows");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(300);
  must(loads === 1, "typing: Enter loads nothing anew");
  // A scanner types over what was selected.
  await page.keyboard.type("5012345670447\n");
  await page.getByRole("heading", { name: "Harbour Light mug" }).waitFor();
  await page.goBack().catch(() => {});
  await page.goto(address);
  // By keyboard alone: skip link, name, field, button, then what was found.
  await page.goto(`${address}/?item=MUG`);
  await page.keyboard.press("Tab");
  must(await page.evaluate(() => document.activeElement.className === "skip"), "keyboard: the skip link comes first");
  await page.keyboard.press("Enter");
  must(await page.evaluate(() => document.activeElement.id === "results"), "keyboard: it skips to what was found");
  await page.goto(address);
  await page.waitForFunction(() => document.activeElement.id === "q");
  await page.keyboard.type("tea");
  await page.getByText("case of 6").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  must(await page.evaluate(() => document.activeElement.className === "item"), "keyboard: results come after the button");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 2 }).waitFor();
  // What is gone for a moment is said, and comes back.
  await page.goto(address);
  await page.route("**/?q=*", (route) => route.abort());
  await field.fill("mug");
  await page.getByText("We cannot look just now").waitFor();
  await page.unroute("**/?q=*");
  await field.fill("mug ");
  await field.fill("mug");
  await page.getByRole("heading", { name: "Harbour Light mug" }).waitFor();
  await page.setViewportSize({ width: 320, height: 600 });
  await look(page, "320 pixels");
  await page.screenshot({ path: path.join(pictures, "narrow.png") });
  must(await page.getByRole("button", { name: "Scan" }).isHidden(), "camera: no button where no barcode can be read");
  await page.context().close();
}

/** The camera, with a reader in place of the one that this browser lacks. */
async function camera(browser) {
  const page = await open(browser, { viewport: sizes.phone, permissions: ["camera"] }, "camera");
  await page.addInitScript(() => {
    let looked = 0;
    window.BarcodeDetector = class {
      static getSupportedFormats() { return Promise.resolve(["ean_13", "qr_code"]); }
      detect() { looked += 1; return Promise.resolve(looked < 10 ? [] : [{ rawValue: "5012345670379" }]); }
    };
    // The first time another program has the camera.
    const media = navigator.mediaDevices, ask = media.getUserMedia.bind(media);
    let asked = 0;
    media.getUserMedia = (what) => { asked += 1; return asked === 1 ? Promise.reject(new Error("in use")) : ask(what); };
  });
  await page.goto(address);
  await page.getByRole("button", { name: "Scan" }).click();
  await page.getByText("The camera cannot be used").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Scan" }).click();
  must(/^Hold the barcode/.test(await page.locator("#camera-says").innerText()), "camera: what went wrong before is not said of the next try");
  await page.getByRole("heading", { name: "Soy candle" }).waitFor();
  must(!(await page.locator("dialog").evaluate((one) => one.open)), "camera: it closes when it has read something");
  await page.context().clearPermissions();
  await page.context().close();
}

(async () => {
  const browser = await chromium.launch({ executablePath: program, args: quiet });
  for (const test of [pages, typing, camera]) {
    console.log(`-- ${test.name}`);
    await test(browser).catch((error) => must(false, `${test.name}: ${error.message.split("\n").slice(0, 6).join(" | ")}`));
  }
  await browser.close();
  console.log(wrong.length === 0 ? `the page is as it should be; pictures in ${pictures}` : `${wrong.length} things are wrong`);
  process.exit(wrong.length === 0 ? 0 : 1);
})();
