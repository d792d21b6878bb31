// Looks at the page that is loaded: returns what a reader would complain about, a line each. Is given the width of the
// reader's screen.
const screenWidth = arguments[0];
const complaints = [];
const complain = (where, what) => complaints.push(`${where}: ${what}`);
const LEAST_FONT = 10;
const box = (element) => element.getBoundingClientRect();
const overlap = (a, b, slack) => a.left < b.right - slack && b.left < a.right - slack &&
                                 a.top < b.bottom - slack && b.top < a.bottom - slack;
const inside = (a, b, slack) => a.left >= b.left - slack && a.right <= b.right + slack &&
                                a.top >= b.top - slack && a.bottom <= b.bottom + slack;

function union(boxes) {
  return {left: Math.min(...boxes.map((b) => b.left)), right: Math.max(...boxes.map((b) => b.right)),
          top: Math.min(...boxes.map((b) => b.top)), bottom: Math.max(...boxes.map((b) => b.bottom))};
}

function checkMarks(name, svg) {
  const frame = box(svg);
  if (frame.width < 100 || frame.height < 20) return complain(name, `is ${frame.width} × ${frame.height} pixels`);
  const marks = [...svg.querySelectorAll('[id*="-mark-"]')].map(box).filter((b) => b.width > 0 || b.height > 0);
  if (marks.length === 0) return complain(name, 'has no marks');
  const all = union(marks);
  if (all.right - all.left < frame.width * 0.1) complain(name, 'its marks take no width');
  if (all.bottom - all.top < Math.min(8, frame.height * 0.1)) complain(name, 'its marks take no height');
  if (!inside(all, frame, 2)) complain(name, 'marks lie outside of it');
}

function checkText(name, svg) {
  const frame = box(svg);
  const scale = frame.width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll('text')].filter((text) => text.textContent.trim() !== '');
  if (texts.length === 0) complain(name, 'has no text');
  texts.forEach((text, number) => {
    const size = parseFloat(getComputedStyle(text).fontSize) * scale;
    if (size < LEAST_FONT) complain(name, `"${text.textContent}" is ${size.toFixed(1)} pixels high`);
    if (!inside(box(text), frame, 2)) complain(name, `"${text.textContent}" is cut off`);
    for (const other of texts.slice(number + 1)) {
      if (overlap(box(text), box(other), 1)) complain(name, `"${text.textContent}" overlaps "${other.textContent}"`);
    }
  });
}

function checkFigure(figure) {
  const name = `${figure.id} (${figure.querySelector('h3').textContent})`;
  const svg = figure.querySelector(':scope > svg');
  checkMarks(name, svg);
  checkText(name, svg);
  if (!svg.getAttribute('aria-label')) complain(name, 'has no words for those who cannot see it');
  const parts = [...figure.children];
  parts.forEach((part, number) => {
    if (part.scrollWidth > part.clientWidth + 1 && part !== svg) complain(name, `${part.className} is cut off`);
    for (const other of parts.slice(number + 1)) {
      if (overlap(box(part), box(other), 1)) complain(name, `${part.tagName} covers ${other.tagName}`);
    }
  });
}

function checkWords() {
  for (const element of document.querySelectorAll('body *:not(svg *)')) {
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (words && size < LEAST_FONT) complain(element.tagName, `a font of ${size} pixels`);
    const longest = Math.max(0, ...element.textContent.split(/\s+/).map((word) => word.length));
    const width = box(element).width;
    const beginning = `"${element.textContent.slice(0, 20)}"`;
    if (words && width === 0) complain(element.tagName, `${beginning} is not shown`);
    if (words && longest > 4 && width > 0 && width < 3 * size) complain(element.tagName, `${beginning} is squeezed`);
  }
}

function luminance(name) {
  const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

// Contrast as WCAG 2 defines it: 4.5 for text, 3 for what is drawn.
function checkContrast(front, back, least) {
  const [low, high] = [luminance(front), luminance(back)].sort((a, b) => a - b);
  const contrast = (high + 0.05) / (low + 0.05);
  if (!(contrast >= least)) complain('style', `${front} on ${back} has a contrast of ${contrast.toFixed(2)}`);
}

// What is folded is looked at, too.
document.querySelectorAll('details').forEach((part) => { part.open = true; });
const figures = document.querySelectorAll('figure');
if (figures.length === 0) complain('page', 'has no figures');
figures.forEach(checkFigure);
checkWords();
const {scrollWidth, clientWidth} = document.documentElement;
if (clientWidth > screenWidth) complain('page', `is laid out for ${clientWidth} pixels, not ${screenWidth}`);
if (scrollWidth > clientWidth) complain('page', 'scrolls sideways');
for (const name of ['--ink', '--muted', '--accent']) checkContrast(name, '--panel', 4.5);
for (const name of ['--ink', '--muted']) checkContrast(name, '--page', 4.5);
for (let number = 0; number < 8; ++number) checkContrast(`--series-${number}`, '--panel', 3);
for (let number = 0; number < 7; ++number) checkContrast(`--heat-ink-${number}`, `--heat-${number}`, 4.5);
checkContrast('--warn', '--warn-page', 4.5);
checkContrast('--bad', '--bad-page', 4.5);
return complaints;
