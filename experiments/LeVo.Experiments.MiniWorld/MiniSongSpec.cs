namespace LeVo.Experiments.MiniWorld;

/// <summary>Everything a miniature song follows from.</summary>
/// <param name="Lyrics">Lyrics in the released format: "[intro-short] ; [verse] la mo ri.sa tu ; [chorus] ...".</param>
/// <param name="Description">Style tags: "female, pop, piano, fast".</param>
/// <param name="Seed">Chooses the melody and one of the genre's chord progressions.</param>
public sealed record MiniSongSpec(string Lyrics, string Description, long Seed);
