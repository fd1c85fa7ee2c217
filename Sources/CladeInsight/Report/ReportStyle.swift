/// The look of a report, in light and dark.
enum ReportStyle {
  /// Steps of colour from the middle of the scale to either end.
  static let levels = 8

  static let css = variables + GroupPalette.style + ScatterPlot.markStyle + scale + rules

  private static let variables = """
    :root{color-scheme:light dark;--ground:#fff;--field:#f4f4f1;--ink:#1b1d1f;--muted:#5c6166;\
    --rule:#e2e2de;--more:#c96a12;--less:#2f78b0}\
    @media(prefers-color-scheme:dark){:root{--ground:#16181a;--field:#1f2225;--ink:#e9e9e6;\
    --muted:#a2a7ac;--rule:#33373b;--more:#d9862f;--less:#5aa2d8}}
    """

  /// Classes p1…p8 (more than the mean) and m1…m8 (less); letters stay readable on all of them.
  private static let scale =
    steps(from: (255, 255, 255), more: (232, 140, 42), less: (86, 156, 205))
    + "@media(prefers-color-scheme:dark){"
    + steps(from: (31, 34, 37), more: (148, 84, 8), less: (30, 97, 149)) + "}"

  private typealias Color = (Int, Int, Int)

  private static func steps(from ground: Color, more: Color, less: Color) -> String {
    let mix = { (a: Int, b: Int, step: Int) in a + (b - a) * step / levels }
    return (1...levels).map { step in
      let rule = { (name: String, to: Color) in
        ".\(name)\(step){background:rgb(\(mix(ground.0, to.0, step)),\(mix(ground.1, to.1, step)),"
          + "\(mix(ground.2, to.2, step)))}"
      }
      return rule("p", more) + rule("m", less)
    }.joined()
  }

  private static let rules = """
    *{box-sizing:border-box}\
    body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,\
    "Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;\
    -webkit-text-size-adjust:100%;overflow-wrap:break-word}\
    main{max-width:1060px;margin:0 auto;padding:40px 28px 72px}\
    h1{font-size:46px;line-height:1.08;letter-spacing:-.02em;font-weight:650;margin:0}\
    h2{font-size:19px;line-height:1.3;letter-spacing:-.005em;font-weight:650;margin:0 0 4px}\
    section{margin-top:56px}\
    p{margin:0}a{color:inherit}small{font-size:11px;color:var(--muted);margin-left:4px}\
    .eyebrow{color:var(--muted);margin-bottom:6px}\
    .lead{font-size:19px;line-height:1.4;margin-top:6px;color:var(--muted)}\
    header .lead{color:var(--ink)}\
    .note{color:var(--muted);max-width:78ch;margin-bottom:14px;font-size:14px}\
    .facts{display:flex;flex-wrap:wrap;gap:16px 36px;margin:26px 0 0;padding:16px 0 0;\
    border-top:1px solid var(--rule)}\
    .facts dt{font-size:12.5px;color:var(--muted)}.facts dd{margin:0}\
    .facts b{display:block;font-size:21px;line-height:1.3;font-weight:600}\
    .facts span{font-size:12.5px;color:var(--muted)}\
    .why{display:flex;flex-wrap:wrap;gap:20px 48px;margin-top:36px;align-items:flex-start}\
    .why>div{flex:1 1 320px;max-width:72ch}.why ul{margin:6px 0 0;padding:0 0 0 18px}\
    .why li{margin:3px 0}\
    .warnings{margin-top:28px;border-left:3px solid var(--more);padding:2px 0 2px 16px}\
    .warnings ul{margin:0;padding:0;list-style:none}\
    .curve{display:block;width:100%;max-width:400px;height:auto}\
    .curve text{font-size:12px;fill:var(--muted)}.curve .pick{fill:var(--ink);font-weight:650;\
    stroke:var(--ground);stroke-width:4px;stroke-linejoin:round;paint-order:stroke}\
    .curve circle{fill:var(--muted)}.curve .line{fill:none;stroke:var(--muted);stroke-width:1.5}\
    .curve .axis{stroke:var(--rule)}.curve .chosen{fill:var(--ground);stroke:var(--ink);\
    stroke-width:2}\
    .icicles{display:block;width:100%;height:auto}.icicles text{font-size:12px;fill:var(--muted)}\
    .icicles .axis{stroke:var(--rule);fill:none}.icicles path{stroke:var(--ground);stroke-width:.5}\
    .icicles .plain{fill:var(--muted);fill-opacity:.28}.icicles .n{font-weight:650;fill:var(--ink);\
    stroke:var(--ground);stroke-width:3.5px;stroke-linejoin:round;paint-order:stroke;font-size:14px}\
    .icicles .size{fill:var(--ink);stroke:var(--ground);stroke-width:3px;stroke-linejoin:round;\
    paint-order:stroke}\
    .dendrogram{display:block;width:100%;height:auto}.dendrogram text{font-size:12px;fill:var(--muted)}\
    .dendrogram .axis{stroke:var(--rule);fill:none}.dendrogram .cut{stroke:var(--ink);\
    stroke-dasharray:6 4;fill:none}.dendrogram .tree{fill:none;stroke:var(--c,var(--muted));\
    stroke-width:1.6}.dendrogram circle{fill:var(--c,var(--muted))}\
    .apartness{width:auto;min-width:min(100%,440px);margin-top:10px}\
    .apartness tbody th{font-weight:650}\
    .reach{display:block;width:100%;height:auto}.reach text{font-size:13px;fill:var(--muted)}\
    .reach .n{fill:var(--ink);font-weight:650}.reach .axis{stroke:var(--rule)}\
    .reach .cut{stroke:var(--ink);stroke-dasharray:6 4;fill:none}\
    figure{margin:0}.map{display:block;width:100%;height:auto}.map .n{font-size:17px}\
    .map.many .n{font-size:13px;stroke-width:3px}\
    .candidates{display:grid;grid-template-columns:repeat(auto-fill,minmax(290px,1fr));\
    gap:34px 32px;margin-bottom:18px}.candidates article{min-width:0}\
    .candidates h3{margin:8px 0 0;font-size:16px;font-weight:650}.candidates p{font-size:13px;\
    margin-bottom:8px}.candidates p b{color:var(--ink);font-weight:650}.candidates ul{margin:8px 0 0;\
    padding:0 0 0 18px;font-size:13.5px}.candidates pre{margin:10px 0 0;padding:8px 10px}\
    .candidates code{font-size:12px}.candidates .dots{stroke-width:9px}.candidates .dots.gn\
    {stroke-width:5px}.candidates .n{font-size:30px;stroke-width:7px}\
    .candidates .many .n{font-size:18px;stroke-width:4px}\
    .criteria thead th{white-space:normal;min-width:92px}.criteria tbody th{min-width:150px}\
    .axis{font-size:13.5px;color:var(--muted)}.axis b{color:var(--ink)}\
    .up{margin:0 0 6px}.across{margin:6px 0 0;text-align:right}\
    .scroll{overflow-x:auto;overscroll-behavior-x:contain}.scroll:focus-visible{outline:2px solid \
    var(--less);outline-offset:2px}\
    table{border-collapse:collapse;width:100%;font-size:14px}\
    th{text-align:left;font-weight:400}thead th{color:var(--muted);font-size:12.5px;\
    vertical-align:bottom;white-space:nowrap;padding:4px 14px 6px 0;border-bottom:1px solid var(--rule)}\
    td,tbody th{padding:6px 14px 6px 0;vertical-align:top;border-bottom:1px solid var(--rule)}\
    .num{text-align:right;white-space:nowrap}.quiet{color:var(--muted)}.more{color:var(--muted)}\
    bdi{unicode-bidi:isolate}.chip{display:inline-block;width:10px;height:10px;border-radius:3px;background:var(--c);\
    margin-right:7px}\
    .groups tbody th{font-weight:650;white-space:nowrap}\
    .dense td,.dense tbody th{padding-top:3px;padding-bottom:3px}.dense{font-size:13px}.bar{white-space:nowrap}.track{display:inline-block;width:72px;height:9px;margin-right:9px;\
    border-radius:2px;background:var(--field)}\
    .track i{display:block;height:100%;min-width:1px;border-radius:2px;background:var(--c)}\
    .apart{min-width:270px;width:56%}.apart ul{margin:0;padding:0;list-style:none;display:flex;\
    flex-wrap:wrap;gap:0 14px}.apart b{font-weight:650}.apart span{color:var(--muted);font-size:12.5px}\
    .apart span::before{content:"all "}\
    .legend{display:flex;align-items:center;gap:8px;font-size:12.5px;color:var(--muted);\
    margin:0 0 10px}.ramp{display:flex}.ramp i{width:13px;height:12px}\
    .z{background:var(--field)}\
    .heat{width:auto;min-width:min(100%,560px)}.heat tbody th{white-space:nowrap;position:sticky;\
    left:0;background:var(--ground)}.heat .value,.card .value{color:var(--muted)}\
    .heat td[class]:not(.num){text-align:right;white-space:nowrap;padding:5px 10px;\
    border:1px solid var(--ground)}.heat td small{color:inherit;opacity:.82}\
    .heat thead th:not(.num):not(:first-child){text-align:right;padding-right:10px}\
    .heat .num{padding-right:16px}\
    .tight td[class]:not(.num){padding:0;min-width:19px}\
    .tight thead th:not(.num):not(:first-child){text-align:center;padding:4px 0 6px;font-size:11px}\
    .tight thead .chip{display:block;margin:0 auto 2px}.tight td,.tight tbody th{padding-top:2px;\
    padding-bottom:2px;border-bottom-color:var(--ground)}\
    details{margin-top:18px}summary{cursor:pointer;color:var(--muted);font-size:14px;\
    margin-bottom:10px}\
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:26px 32px;\
    margin-top:32px}\
    .card{border-top:3px solid var(--c);padding-top:9px;min-width:0}\
    .card h3{margin:0 0 4px;font-size:16px;font-weight:650}.card h3 .chip{display:none}\
    .card h3 span{font-weight:400;font-size:12.5px;color:var(--muted);margin-left:10px}\
    .card table{font-size:13px;table-layout:fixed}.card td,.card th{padding:2.5px 8px 2.5px 0;border:0}\
    .card th{width:44%;line-height:1.35;overflow-wrap:anywhere}.card .num{width:19%}\
    .dev{position:relative;padding-right:34px!important}\
    .dev span{display:block;position:relative;height:11px;margin-top:4px;background:\
    linear-gradient(var(--rule),var(--rule)) 50% 0/1px 100% no-repeat}\
    .dev i{position:absolute;top:0;height:100%}.dev .more{background:var(--more)}\
    .dev .less{background:var(--less)}\
    .dev em{position:absolute;right:0;top:2.5px;font-style:normal;font-size:12px;color:var(--muted)}\
    .sil{display:grid;grid-template-columns:64px 1fr 48px;align-items:center;gap:0 10px;\
    margin-bottom:4px;font-size:13px}\
    .sil>span:first-child{font-weight:650;line-height:1}.sil>span:last-child{text-align:right;\
    color:var(--muted);line-height:1}\
    .sil svg{display:block;width:100%;background:var(--field)}\
    .sil .mean{stroke:var(--ink);stroke-width:1;vector-effect:non-scaling-stroke;fill:none;\
    opacity:.75}\
    .ticks div{position:relative;height:18px;color:var(--muted);font-size:12px}\
    .ticks div span{position:absolute;white-space:nowrap;transform:translateX(-50%)}\
    .columns .unused th,.columns .unused td{color:var(--muted)}\
    .columns tbody th{min-width:170px;max-width:340px;font-weight:600;overflow-wrap:anywhere}\
    .columns td{white-space:nowrap}.columns td.quiet{white-space:normal;min-width:230px}.columns .unused th{font-weight:400}\
    pre{background:var(--field);padding:12px 14px;border-radius:5px;white-space:pre-wrap;margin:0 0 16px}\
    pre span{display:inline-block;max-width:100%;overflow-wrap:anywhere}\
    code{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}\
    .list{margin:0;font-size:14px}.list dd{min-width:0;overflow-wrap:anywhere}.list div{display:grid;grid-template-columns:150px 1fr;\
    padding:3px 0}.list dt{color:var(--muted)}.list dd{margin:0}\
    .timings{margin-top:16px;font-size:13.5px;color:var(--muted);display:flex;flex-wrap:wrap;\
    gap:2px 20px}.timings b{color:var(--ink);font-weight:500}\
    @media(max-width:640px){main{padding:24px 16px 56px}h1{font-size:36px}section{margin-top:44px}\
    .facts{display:grid;grid-template-columns:1fr 1fr;gap:14px 18px}\
    .heat tr>:nth-child(2).num{display:none}.map .n{font-size:30px;stroke-width:7px}\
    .map.many .n{font-size:18px;stroke-width:4px}.icicles text{font-size:18px}\
    .icicles .n{font-size:26px;stroke-width:6px}.icicles .size{display:none}.reach text[text-anchor=end]{font-size:17px}\
    .dots{stroke-width:10px}.dots.gn{stroke-width:5px}.apart ul{display:block}\
    .groups tr{display:flex;flex-wrap:wrap;border-bottom:1px solid var(--rule);padding:5px 0}\
    .groups th,.groups td{border:0;padding:2px 12px 2px 0;flex:1 1 0;min-width:0}\
    .groups .apart{flex:0 0 100%;padding-top:2px}.groups thead th{font-size:11.5px;padding-right:6px;flex:1 1 0}\
    .groups thead th:last-child:not(.num){flex:0 0 100%}\
    .track{display:block;width:100%;margin:5px 0 3px}.sil{grid-template-columns:44px 1fr 42px}.list div{grid-template-columns:1fr;\
    padding:5px 0}\
    .columns tr{display:flex;flex-wrap:wrap;border-bottom:1px solid var(--rule);padding:5px 0}\
    .columns th,.columns td{border:0!important;padding:2px 10px 2px 0;flex:1 1 0;min-width:0!important}\
    .columns th:first-child{flex:2 1 0}.columns td.quiet,.columns thead th:last-child:not(.num)\
    {flex:0 0 100%}}\
    @media print{section{break-inside:avoid-page}main{padding:0}}
    """
}
