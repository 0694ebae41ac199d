// Texts that try to become markup, code, addresses or another direction of writing: more than two hundred.

const CALLS = ['alert(1)', 'window.ran=1', "top['ran']=1", 'fetch("/api/v1/session",{method:"DELETE"})'];

const SHAPES = [
  (call) => `<script>${call}</script>`,
  (call) => `<ScRiPt src="data:text/javascript,${call}"></sCrIpT>`,
  (call) => `<img src=x onerror='${call}'>`,
  (call) => `<img/src="x"/onerror=${call}//`,
  (call) => `<svg onload='${call}'>`,
  (call) => `<svg><script>${call}</script></svg>`,
  (call) => `<svg><a xlink:href="javascript:${call}"><text y="9">x</text></a></svg>`,
  (call) => `<svg><animate onbegin='${call}' attributeName=x dur=1s>`,
  (call) => `<math><mtext><table><mglyph><style><img src onerror='${call}'>`,
  (call) => `<body onload='${call}'>`,
  (call) => `<iframe srcdoc="<script>parent.${call}</script>"></iframe>`,
  (call) => `<iframe src="javascript:${call}"></iframe>`,
  (call) => `<object data="javascript:${call}"></object>`,
  (call) => `<embed src="javascript:${call}">`,
  (call) => `<a href="javascript:${call}">сюда</a>`,
  (call) => `<a href="jav&#x09;ascript:${call}">сюда</a>`,
  (call) => `<form action="javascript:${call}"><button>ok</button></form>`,
  (call) => `<button formaction="javascript:${call}" autofocus>ok</button>`,
  (call) => `<input autofocus onfocus='${call}'>`,
  (call) => `<details open ontoggle='${call}'>`,
  (call) => `<video><source onerror='${call}'></video>`,
  (call) => `<audio src=x onerror='${call}'>`,
  (call) => `<marquee onstart='${call}'>`,
  (call) => `<style>@import 'javascript:${call}';*{background:url("javascript:${call}")}</style>`,
  (call) => `<link rel=stylesheet href="javascript:${call}">`,
  (call) => `<meta http-equiv=refresh content="0;url=javascript:${call}">`,
  (call) => `<base href="javascript:${call}//">`,
  (call) => `<template><script>${call}</script></template>`,
  (call) => `<noscript><p title="</noscript><img src=x onerror='${call}'>">`,
  (call) => `<!--><img src=x onerror='${call}'>-->`,
  (call) => `<![CDATA[<img src=x onerror='${call}'>]]>`,
  (call) => `"><img src=x onerror='${call}'>`,
  (call) => `' onmouseover='${call}' x='`,
  (call) => `\`\${${call}}\``,
  (call) => `\${${call}}`,
  (call) => `{{constructor.constructor("${call.replaceAll('"', "'")}")()}}`,
  (call) => `javascript:${call}`,
  (call) => `data:text/html,<script>${call}</script>`,
  (call) => `&lt;script&gt;${call}&lt;/script&gt;`,
  (call) => `\\u003cscript\\u003e${call}\\u003c/script\\u003e`,
  (call) => `%3Cscript%3E${encodeURIComponent(call)}%3C/script%3E`,
  (call) => `</title><script>${call}</script>`,
  (call) => `</textarea><script>${call}</script>`,
  (call) => `</bdi></p></article><script>${call}</script>`,
  (call) => `{"__html":"<img src=x onerror=${call.replaceAll('"', "'")}>","dangerouslySetInnerHTML":{"__html":"x"}}`,
  (call) => `__proto__[innerHTML]=<img src=x onerror='${call}'>`,
];

const ODD = [
  'constructor', '__proto__', 'toString', 'hasOwnProperty', '[object Object]', 'null', 'undefined', '{n}', '{name} {code}', '$&$`$\'',
  '\u202eexe.fdp', '\u2066\u2067\u2068\u2069', '\u0000\u0001\u001b[31m', '\ufeff\u200b\u200d', '\ud800', 'e\u0301'.repeat(500), 'Ж'.repeat(5000),
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '\r\n\r\ndata: x\r\n\r\n', 'id: 9\nevent: reset\n\n', '\u2028\u2029',
];

/** Every payload. */
export const PAYLOADS = [...SHAPES.flatMap((shape) => CALLS.map(shape)), ...ODD];
