/** How a page looks: light or dark as the reader's system is, on any width, and on paper. */

import { darkPlotRules, lightPlotRules } from './plot-colours.ts';

/** Custom properties by theme; tests compute the contrast of all of them. */
export const PAGE_COLOURS = {
  light: {
    ink: '#1f2328',
    faint: '#57606a',
    page: '#ffffff',
    card: '#f6f8fa',
    line: '#d0d7de',
    link: '#0a5c94',
    note: '#fff4d6',
    tint: '0 114 178',
  },
  dark: {
    ink: '#e6edf3',
    faint: '#a3adb8',
    page: '#0d1117',
    card: '#161b22',
    line: '#343b44',
    link: '#79b8ff',
    note: '#3a2f10',
    tint: '64 140 210',
  },
} as const;

/** Of a tinted cell at most: its text still stands out by more than 4.5 : 1. */
export const MOST_TINT = 0.4;

function properties(theme: keyof typeof PAGE_COLOURS): string {
  const own = Object.entries(PAGE_COLOURS[theme]).map(([name, value]) => `--${name}:${value}`);
  return `:root{${[...own, `color-scheme:${theme}`].join(';')}}`;
}

const RULES = `
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,main,footer{max-width:1080px;margin:0 auto;padding:0 20px}
h1{font-size:1.75rem;line-height:1.25;margin:28px 0 4px;overflow-wrap:anywhere}
h2{font-size:1.35rem;margin:40px 0 12px;padding-top:12px;border-top:1px solid var(--line)}
h3{font-size:1.08rem;margin:28px 0 8px}
p{margin:8px 0;max-width:76ch;overflow-wrap:anywhere}
.lead{font-size:1.08rem}
a{color:var(--link)}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}
.skip:focus{left:12px;top:8px;background:var(--page);padding:6px 10px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:12px 0;list-style:none}
.note{background:var(--note);border-left:4px solid #b58105;padding:8px 14px}
pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:10px 14px;font:.85rem/1.5 ui-monospace,SFMono-Regular,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
dl.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));gap:10px;margin:16px 0}
dl.facts div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:8px 12px}
dt{color:var(--faint);font-size:.86rem}
dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:16px 0}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--faint);padding:0 0 6px;font-size:.9rem}
th,td{padding:4px 12px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400;white-space:nowrap}
.wraps{white-space:normal;overflow-wrap:anywhere;min-width:26ch;max-width:44ch}
thead th{font-weight:600;vertical-align:bottom;white-space:normal}
.n{text-align:right}
td.tinted{background:rgb(var(--tint) / calc(var(--share) * ${MOST_TINT}))}
figure{margin:18px 0}
figure>svg{display:block;max-width:100%;height:auto}
figcaption{color:var(--faint);font-size:.9rem;max-width:76ch}
.gallery{display:flex;flex-wrap:wrap;gap:12px;padding:0;margin:8px 0;list-style:none}
.gallery figure{margin:0;padding:8px;border:1px solid var(--line);border-radius:6px}
.gallery img,.gallery svg{display:block;margin:0 auto}
.gallery img{image-rendering:pixelated}
.gallery figcaption{max-width:200px;font-size:.82rem;margin-top:4px;overflow-wrap:anywhere}
footer{margin-top:48px;padding-top:12px;padding-bottom:32px;color:var(--faint);font-size:.9rem}
@media print{
header,main,footer{max-width:none;padding:0}
nav,.skip{display:none}
body{font-size:11pt}
h2,h3,caption,figcaption{break-after:avoid}
figure,tr,.note,dl.facts div{break-inside:avoid}
.scroll{overflow:visible}
td.tinted,.note,dl.facts div,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}`;

/** The one style sheet of a page. Paper is white whatever the screen is. */
export const STYLE = [
  properties('light'),
  RULES,
  lightPlotRules(),
  `@media screen and (prefers-color-scheme:dark){${properties('dark')}${darkPlotRules()}}`,
].join('\n');
