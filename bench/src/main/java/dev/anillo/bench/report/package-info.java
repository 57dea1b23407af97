/// What a comparison has come to, for people and for programs. [Reports] writes all of it: `report.html` with pictures,
/// `report.md` for a comment on a pull request, `report.json` for programs, and a line of [History] for each run.
///
/// [Summary] finds the words that all of them begin with, and [Row] what stands in a line of their tables. A picture is a
/// class of its own that draws on a [Plot]. Whatever is inserted into HTML or SVG passes [Html#escaped].
package dev.anillo.bench.report;
