/** HTML, SVG, MathML and CSS that would run, fetch, ask or cover. */
import { form, type HostileCase, html, type Trap } from "./case.ts";

export function markupCases({ js, url }: Trap): readonly HostileCase[] {
  const b64 = (text: string): string => Buffer.from(text).toString("base64");
  return [
    html("script", `<script>${js("script")}</script>`),
    html("script-src", `<script src="${url("script-src")}"></script>`),
    html("script-module", `<script type="module">import "${url("script-module")}"</script>`),
    html("script-case", `<ScRiPt >${js("script-case")}</sCrIpT >`),
    html("script-slash", `<script/x>${js("script-slash")}</script>`),
    html("script-split", `<scr<script>ipt>${js("script-split")}</scr</script>ipt>`),
    html("script-unclosed", `<script>${js("script-unclosed")}//`),
    html("script-in-comment", `<!--><script>${js("script-in-comment")}</script>-->`),
    html("img-onerror", `<img src=x onerror="${js("img-onerror")}">`),
    html("img-onerror-slash", `<img/src=x/onerror="${js("img-onerror-slash")}">`),
    html("img-remote", `<img src="${url("img-remote")}">`),
    html("img-srcset", `<img srcset="${url("img-srcset")} 1x, ${url("img-srcset-2")} 2x">`),
    html("img-protocol-relative", `<img src="${url("img-protocol-relative").replace("http:", "")}">`),
    html("img-lazy", `<img loading=eager lowsrc="${url("img-lazy")}" dynsrc="${url("img-lazy")}">`),
    html(
      "picture",
      `<picture><source srcset="${url("picture")}"><img src="data:image/png;base64,AA=="></picture>`,
    ),
    html(
      "body-onload",
      `<body onload="${js("body-onload")}" background="${url("body-background")}">text</body>`,
    ),
    html(
      "details-ontoggle",
      `<details open ontoggle="${js("details-ontoggle")}"><summary>x</summary></details>`,
    ),
    html(
      "autofocus",
      `<input autofocus onfocus="${js("autofocus")}"><b tabindex=1 autofocus onfocus="${js("autofocus")}">x</b>`,
    ),
    html(
      "animation-start",
      `<style>@keyframes x{}</style><b style="animation:x 1s" onanimationstart="${js("animation-start")}">x</b>`,
    ),
    html(
      "video-onerror",
      `<video src="${url("video")}" poster="${url("poster")}" onerror="${js("video-onerror")}"><source onerror="${js("video-onerror")}"></video>`,
    ),
    html(
      "audio",
      `<audio src="${url("audio")}" autoplay onerror="${js("audio")}"></audio><track src="${url("track")}">`,
    ),
    html("marquee", `<marquee onstart="${js("marquee")}">x</marquee>`),
    html("link-javascript", `<a id=go href="javascript:${js("link-javascript")}">click</a>`),
    html("link-javascript-space", `<a href=" &#1;java&#10;script:${js("link-javascript-space")}">click</a>`),
    html(
      "link-data",
      `<a href="data:text/html,<script>${encodeURIComponent(js("link-data"))}</script>">click</a>`,
    ),
    html("link-vbscript", `<a href="vbscript:msgbox(1)">click</a><a href="blob:null/x">click</a>`),
    html("link-ping", `<a href="#x" ping="${url("link-ping")}">click</a>`),
    html("link-target", `<a href="#x" target="_top" onclick="${js("link-target")}">click</a>`),
    html(
      "form",
      `<form action="${url("form")}" id=f><input name=q value=1><button autofocus>Sign in</button></form>`,
    ),
    html(
      "form-formaction",
      `<button form=f formaction="${url("formaction")}">go</button><input type=image src="${url("form-image")}">`,
    ),
    html(
      "isindex",
      `<isindex action="javascript:${js("isindex")}" type=image><keygen autofocus onfocus="${js("isindex")}">`,
    ),
    html("meta-refresh", `<meta http-equiv="refresh" content="0;url=${url("meta-refresh")}">`),
    html(
      "meta-csp",
      `<meta http-equiv="Content-Security-Policy" content="script-src *"><script>${js("meta-csp")}</script>`,
    ),
    html("base", `<base href="${url("base")}/"><img src="pixel.png">`),
    html(
      "link-stylesheet",
      `<link rel=stylesheet href="${url("link-stylesheet")}"><link rel=icon href="${url("link-icon")}">`,
    ),
    html(
      "link-preload",
      `<link rel=preload as=image href="${url("link-preload")}"><link rel=prefetch href="${url("link-prefetch")}"><link rel=modulepreload href="${url("link-modulepreload")}">`,
    ),
    html(
      "style-import",
      `<style>@import "${url("style-import")}"; @font-face{font-family:x;src:url(${url("style-font")})} *{font-family:x}</style>x`,
    ),
    html("style-everything", "<style>*{display:none!important} header{visibility:hidden!important}</style>x"),
    html(
      "style-exfiltrate",
      `<style>input[value^=a],button{background:url(${url("style-exfiltrate")})}</style>x`,
    ),
    html(
      "style-attribute-url",
      `<div style="background:url(${url("style-attribute-url")});list-style:url(${url("style-attribute-url")})">x</div>`,
    ),
    html(
      "style-attribute-escape",
      `<div style="background:u\\72l(${url("style-attribute-escape")});border-left:url('${url("x")}')">x</div>`,
    ),
    html(
      "style-image-set",
      `<div style="background-color:red;width:image-set('${url("style-image-set")}' 1x)">x</div>`,
    ),
    html("style-fixed", `<div style="position:fixed;inset:0;z-index:2147483647;background:red">COVER</div>`),
    html(
      "style-negative-margin",
      `<div style="margin-top:-5000px;margin-left:-5000px;width:20000px;height:20000px;background-color:red;padding:900px">COVER</div>`,
    ),
    html(
      "style-transform",
      `<div style="transform:translate(-50vw,-90vh) scale(99);background:red">COVER</div>`,
    ),
    html(
      "popover",
      `<div popover id=p style="width:9999px;height:9999px">COVER</div><dialog open style="position:fixed;inset:0">COVER</dialog>`,
    ),
    html(
      "huge-size",
      `<div style="height:100000000px;width:100000000px;background-color:red">COVER</div><img width=99999999 height=99999999 src="data:image/png;base64,AA==">`,
    ),
    html(
      "huge-font",
      `<span style="font-size:900000px">COVER</span><hr width=9999999 size=9999999><font size=99>x</font>`,
    ),
    html("iframe-src", `<iframe src="${url("iframe-src")}"></iframe>`),
    html("iframe-srcdoc", `<iframe srcdoc="<script>${js("iframe-srcdoc")}</script>"></iframe>`),
    html("iframe-javascript", `<iframe src="javascript:${js("iframe-javascript")}"></iframe>`),
    html("iframe-own", `<iframe src="/frame/scripts"></iframe><iframe src="/api/status"></iframe>`),
    html(
      "object",
      `<object data="${url("object")}"></object><object data="data:text/html,<script>${js("object")}</script>"></object>`,
    ),
    html(
      "embed",
      `<embed src="${url("embed")}"><embed src="javascript:${js("embed")}"><applet code="${url("applet")}"></applet>`,
    ),
    html("frameset", `<frameset onload="${js("frameset")}"><frame src="${url("frame")}"></frameset>`),
    html(
      "portal",
      `<portal src="${url("portal")}"></portal><fencedframe src="${url("fenced")}"></fencedframe>`,
    ),
    html(
      "template",
      `<template><script>${js("template")}</script></template><div><template shadowrootmode=open><style>:host{position:fixed;inset:0}</style><img src=x onerror="${js("template")}"></template></div>`,
    ),
    html(
      "slot-clobber",
      `<img name=getElementById><form id=root name=body><input name=children></form><a id=loopbook></a><b id=app></b>`,
    ),
    html(
      "svg-script",
      `<svg><script>${js("svg-script")}</script><script href="${url("svg-script")}"/></svg>`,
    ),
    html("svg-onload", `<svg onload="${js("svg-onload")}"><circle r=5 onclick="${js("svg-onload")}"/></svg>`),
    html(
      "svg-foreign-object",
      `<svg><foreignObject width=100 height=100><iframe srcdoc="<script>${js("svg-foreign-object")}</script>"></iframe><img src=x onerror="${js("svg-foreign-object")}"></foreignObject></svg>`,
    ),
    html(
      "svg-use",
      `<svg><use href="${url("svg-use")}#x"/><use href="data:image/svg+xml;base64,${b64(`<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='x' onerror="${js("svg-use")}"/></svg>`)}#x"/></svg>`,
    ),
    html(
      "svg-animate",
      `<svg><a><text y=20>x</text><animate attributeName=href values="javascript:${js("svg-animate")}"/></a><set attributeName=onmouseover to="${js("svg-animate")}"/></svg>`,
    ),
    html(
      "svg-image",
      `<svg><image href="${url("svg-image")}" width=9 height=9 /><feImage href="${url("svg-fe-image")}"/><filter><feImage href="${url("svg-fe-image")}"/></filter></svg>`,
    ),
    html(
      "svg-style",
      `<svg><style>@import "${url("svg-style")}";</style><rect fill="url(${url("svg-fill")}#x)" mask="url(${url("svg-mask")}#x)" width=9 height=9 /></svg>`,
    ),
    html("svg-link", `<svg><a xlink:href="javascript:${js("svg-link")}"><text y=20>click</text></a></svg>`),
    html(
      "mutation-noscript",
      `<noscript><p title="</noscript><img src=x onerror=${JSON.stringify(js("mutation-noscript"))}>">`,
    ),
    html(
      "mutation-math",
      `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${js("mutation-math").replaceAll("'", "&#39;")}&gt;">`,
    ),
    html(
      "mutation-namespace",
      `<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror='${js("mutation-namespace").replaceAll("'", "&#39;")}' src>">`,
    ),
    html(
      "mutation-annotation",
      `<math><annotation-xml encoding="text/html"><style><img src=x onerror="${js("mutation-annotation")}"></style></annotation-xml></math>`,
    ),
    html(
      "mutation-xmp",
      `<svg></p><style><a id="</style><img src=1 onerror=${js("mutation-xmp").replaceAll("'", "&#39;").replaceAll(" ", "&#32;")}>">`,
    ),
    html(
      "mutation-textarea",
      `<textarea><img title="</textarea><img src onerror='${js("mutation-textarea").replaceAll("'", "&#39;")}'>"></textarea>`,
    ),
    html(
      "cdata",
      `<![CDATA[<img src=x onerror="${js("cdata")}">]]><?xml version="1.0"?><?php ${js("cdata")} ?>`,
    ),
    html(
      "nul-bytes",
      `<scr\u0000ipt>${js("nul-bytes")}</scr\u0000ipt><img src=x on\u0000error="${js("nul-bytes")}">`,
    ),
    html("deep", `${"<div>".repeat(5_000)}<script>${js("deep")}</script>`),
    form(
      "svg-mime-script",
      "image/svg+xml",
      `<svg xmlns="http://www.w3.org/2000/svg" onload="${js("svg-mime-script")}"><script>${js("svg-mime-script")}</script><image href="${url("svg-mime-script")}"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="${url("svg-mime-frame")}"/></foreignObject></svg>`,
    ),
    form(
      "svg-mime-entity",
      "image/svg+xml",
      `<!DOCTYPE svg [<!ENTITY x SYSTEM "${url("svg-mime-entity")}">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>`,
    ),
    form(
      "svg-mime-huge",
      "image/svg+xml",
      `<svg xmlns="http://www.w3.org/2000/svg" width="900000" height="900000"><rect width="100%" height="100%" fill="red"/></svg>`,
    ),
    form(
      "svg-mime-style",
      "image/svg+xml",
      `<svg xmlns="http://www.w3.org/2000/svg"><style>@import url("${url("svg-mime-style")}"); rect{fill:url("${url("svg-mime-style")}")}</style><rect width="9" height="9"/></svg>`,
    ),
    form("png-is-html", "image/png", `<script>${js("png-is-html")}</script>`),
    form("png-breaks-out", "image/png", `AA==" onerror="${js("png-breaks-out")}" x="`),
  ];
}
