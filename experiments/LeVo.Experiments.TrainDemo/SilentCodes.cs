using LeVo.Alignment.Data;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.TrainDemo;

/// <summary>The codes of an empty track, for songs of the other track alone.</summary>
/// <param name="Vocal">Code of a silent voice: the commonest of all, since songs begin, rest and end with it.</param>
/// <param name="Accompaniment">Code for an absent accompaniment: the rarest one, which hardly any real song has.</param>
internal sealed record SilentCodes(int Vocal, int Accompaniment)
{
    public static SilentCodes Count(IReadOnlyList<TrainingSong> songs) =>
        new(Counts(songs.SelectMany(song => song.Tokens.Row(SongPart.Vocal).ToArray())).MaxBy(code => code.Value).Key,
            Counts(songs.SelectMany(song => song.Tokens.Row(SongPart.Accompaniment).ToArray())).MinBy(code => code.Value).Key);

    private static Dictionary<int, int> Counts(IEnumerable<int> codes)
    {
        var counts = Enumerable.Range(0, DemoSizes.CodebookSize).ToDictionary(code => code, _ => 0);
        foreach (int code in codes)
            counts[code]++;
        return counts;
    }
}
