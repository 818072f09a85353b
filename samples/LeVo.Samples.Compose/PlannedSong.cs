using LeVo.Core.Generation;
using LeVo.Core.Text;

namespace LeVo.Samples.Compose;

/// <summary>A song whose texts have been checked.</summary>
internal sealed record PlannedSong(InputSong Input, SongRequest Request)
{
    /// <summary>Checks a song's texts before the model is loaded; null if there are errors.</summary>
    /// <param name="song">The song.</param>
    /// <param name="arguments">What is made of it.</param>
    /// <param name="warnings">Receives warnings.</param>
    /// <param name="problems">Receives errors; with <c>--strict</c> the warnings too.</param>
    public static PlannedSong? Plan(
        InputSong song, Arguments arguments, ICollection<string> warnings, ICollection<string> problems)
    {
        int before = problems.Count;
        foreach (SongFinding finding in Description.Check(song.Description))
            (arguments.Strict ? problems : warnings).Add($"{song.DescriptionPlace}: {finding.Message}");
        // Instrumental music is made without the words, so that they may be anything.
        Lyrics? lyrics = arguments.Type == SongType.Bgm ? null : Parse(song, arguments.Strict, warnings, problems);
        return problems.Count > before ? null : new(song, new()
        {
            Lyrics = lyrics,
            Description = song.Description,
            Duration = arguments.Duration,
            Seed = arguments.Seed,
            Part = arguments.Type.Part(),
            WithStems = arguments.Type == SongType.Separate,
        });
    }

    /// <summary>What a model finds in the lyrics beyond what was found without it.</summary>
    public IEnumerable<string> Check(Func<Lyrics, IReadOnlyList<LyricsFinding>> model) => Request.Lyrics is { } lyrics
        ? model(lyrics).Except(lyrics.Findings).Select(finding => Text(Input, finding))
        : [];

    private static Lyrics? Parse(
        InputSong song, bool strict, ICollection<string> warnings, ICollection<string> problems)
    {
        try
        {
            Lyrics lyrics = Lyrics.Parse(song.Lyrics, strict);
            Add(lyrics.Findings);
            return lyrics;
        }
        catch (LyricsFormatException e)
        {
            Add(e.Findings);
            return null;
        }

        void Add(IEnumerable<LyricsFinding> findings)
        {
            foreach (LyricsFinding finding in findings)
                (finding.Severity == FindingSeverity.Error ? problems : warnings).Add(Text(song, finding));
        }
    }

    private static string Text(InputSong song, LyricsFinding finding) =>
        $"{song.LyricsPlace}, line {finding.Line}, column {finding.Column}: {finding.Message}";
}
