/// How the house's pages look.
public enum PageStyle {
  /// Fonts that machines have, one column that fits a phone, light and dark, paper.
  public static let text = """
    :root {
      --ground: #fdfcf9; --ink: #24221e; --faint: #736d62; --line: #e4dfd4; --panel: #f6f3ec;
      --call: #1f5f8b; --label: #7a5a1e; --word: #8a3366; --number: #9a4a12; --text: #3c6e2f;
      --problem: #a3262a; --warning: #85600c;
      --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052,
        "Source Serif 4", Georgia, "DejaVu Serif", serif;
      --code: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas,
        "DejaVu Sans Mono", monospace;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #191816; --ink: #e6e1d6; --faint: #989182; --line: #37342e; --panel: #22201d;
        --call: #7fb6dd; --label: #d0b072; --word: #d991bb; --number: #e0a070; --text: #9cc98c;
        --problem: #f08b86; --warning: #dcb765;
      }
    }
    * { box-sizing: border-box; }
    html { background: var(--ground); color: var(--ink); -webkit-text-size-adjust: 100%; }
    body { margin: 0; font: 1.0625rem/1.6 var(--serif); hanging-punctuation: first; }
    main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
    h1 { font-size: 2rem; line-height: 1.15; font-weight: 600; letter-spacing: -.01em;
      margin: 4rem 0 2.5rem; text-wrap: balance; overflow-wrap: anywhere; }
    h2 { font-size: 1.3rem; line-height: 1.25; font-weight: 600; margin: 3rem 0 .9rem;
      text-wrap: balance; overflow-wrap: anywhere; }
    p { margin: 0 0 1rem; text-wrap: pretty; overflow-wrap: anywhere; }
    section { margin: 0 0 2rem; }
    .cell { position: relative; }
    .count { position: absolute; right: 100%; top: .8rem; padding: 0 .9rem; color: var(--faint);
      font: .75rem/1.6 var(--code); text-decoration: none; }
    .count:hover, .count:focus-visible, section:target .count { color: var(--call); }
    pre, code { font: .875rem/1.6 var(--code); font-variant-ligatures: none; tab-size: 2; }
    p code { font-size: .85em; background: var(--panel); padding: .1em .3em; border-radius: 3px; }
    pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
    pre.code { padding: .75rem 1rem; background: var(--panel); border: 1px solid var(--line);
      border-radius: 6px; }
    .call { color: var(--call); } .label { color: var(--label); }
    .word { color: var(--word); } .number { color: var(--number); }
    .text { color: var(--text); } .note { color: var(--faint); font-style: italic; }
    figure { margin: 1rem 0 1.4rem; padding: 0 1rem; }
    figcaption, .facts { margin: .5rem 0 0; color: var(--faint); font-size: .875rem;
      line-height: 1.45; font-variant-numeric: tabular-nums; }
    .facts { margin: .75rem 1rem; }
    img, video { display: block; max-width: 100%; height: auto; border-radius: 4px;
      background: var(--panel); }
    .strip { display: none; }
    .wave { width: 100%; height: 5rem; background: none; }
    audio { display: block; width: 100%; margin-top: .5rem; }
    canvas { display: block; max-width: 100%; }
    canvas:focus-visible { outline: 2px solid var(--call); border-radius: 4px; }
    .small { image-rendering: pixelated; }
    .gallery { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
    .gallery figure { margin: 0; padding: 0; }
    .gallery img, .gallery video { width: 100%; }
    .table { overflow-x: auto; }
    table { border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums lining-nums; }
    th, td { padding: .3rem 1.25rem .3rem 0; text-align: left; vertical-align: baseline;
      border-bottom: 1px solid var(--line); }
    th { color: var(--faint); font-weight: 600; }
    .kinds td { padding-top: 0; } .kinds, tfoot { color: var(--faint); font-size: .8125rem; }
    tfoot td { border: 0; padding-bottom: 0; white-space: nowrap; }
    .problem, .warning { margin: 1rem 0; padding: .75rem 1rem; border-left: 3px solid;
      overflow-x: auto; white-space: pre; overflow-wrap: normal; }
    .problem { color: var(--problem); } .warning { color: var(--warning); }
    footer { margin-top: 4rem; padding-bottom: 3rem; color: var(--faint); font-size: .875rem; }
    footer p { border-top: 1px solid var(--line); padding-top: 1rem; }
    a { color: var(--call); text-underline-offset: .15em; }
    @media (max-width: 54rem) {
      .count { position: static; display: block; padding: 0 0 .25rem; }
      h1 { margin: 2.25rem 0 1.75rem; font-size: 1.65rem; }
      figure { padding: 0; } .facts { margin-inline: 0; }
    }
    @media print {
      :root { --ground: #fff; --ink: #000; --faint: #555; --line: #ccc; --panel: #fff;
        --call: #1f5f8b; --label: #7a5a1e; --word: #8a3366; --number: #9a4a12; --text: #3c6e2f;
        --problem: #a3262a; --warning: #85600c; }
      @page { margin: 2cm; }
      body { font-size: 10.5pt; } h1 { margin-top: 0; }
      h2 { break-after: avoid; } pre.code, figure, tr { break-inside: avoid; }
      img { max-height: 90vh; object-fit: contain; } footer a { display: none; }
      video, audio, canvas { display: none; } .strip { display: block; width: 100%; }
    }
    """
}
