using LeVo.Core.Text;

namespace LeVo.Samples.Compose;

/// <summary>Says what is odd about a song's texts, before any model is loaded.</summary>
internal static class LyricsCheck
{
    /// <summary>Parses a song's lyrics; null if they cannot be used.</summary>
    /// <param name="song">The song.</param>
    /// <param name="strict">Whether odd texts are errors.</param>
    /// <param name="warnings">Receives what is odd.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static Lyrics? Read(InputSong song, bool strict, ICollection<string> warnings, ICollection<string> problems)
    {
        foreach (DescriptionFinding finding in Description.Check(song.Description))
            (strict ? problems : warnings).Add($"{song.DescriptionPlace}: {finding.Message}");
        try
        {
            Lyrics lyrics = Lyrics.Parse(song.Lyrics, new() { Strict = strict });
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
                (finding.Severity == FindingSeverity.Error ? problems : warnings).Add(
                    $"{song.LyricsPlace}, line {finding.Line}, column {finding.Column}: {finding.Message}");
        }
    }
}
