using System.Text;

namespace LeVo.Experiments.MiniWorld;

/// <summary>Draws miniature songs of 8 to 16 s from seeds: training songs and held-out songs share no word.</summary>
public static class MiniSongFactory
{
    private static readonly string[][] Layouts =
    [
        ["[verse]"],
        ["[verse]", "[chorus]"],
        ["[intro-short]", "[verse]"],
        ["[intro-short]", "[verse]", "[chorus]"],
        ["[intro-short]", "[verse]", "[chorus]"],
        ["[verse]", "[inst-short]", "[chorus]"],
        ["[intro-short]", "[verse]", "[chorus]", "[outro-short]"],
        ["[verse]", "[chorus]", "[outro-short]"],
        ["[intro-short]", "[verse]", "[bridge]", "[chorus]"],
        ["[verse]", "[chorus]", "[verse]"],
        ["[intro-medium]", "[verse]"],
        ["[silence]", "[verse]", "[chorus]"],
    ];

    /// <summary>The song of a seed; a held-out song uses only held-out words (see <see cref="MiniWords"/>).</summary>
    public static MiniSongSpec Create(long seed, bool heldOut)
    {
        var random = new MiniRandom(seed * 2 + (heldOut ? 1 : 0));
        var style = new MiniStyle(random.Below(2), random.Below(4), random.Below(4), random.Below(2));
        // 8 to 16 s; fast songs stay short, so that no song has more than 100 slots.
        int slots = style.Tempo == 0 ? 54 + random.Below(47) : 70 + random.Below(31);
        string[] layout = random.Pick(Layouts);
        int sung = layout.Count(IsSung);
        int instrumental = MiniScore.CountSlots(string.Join(" ; ", layout.Where(tag => !IsSung(tag))));
        // A blank after a full stop changes nothing.
        string stop = random.Chance(0.15) ? ". " : ".";
        int left = slots - instrumental;
        var sections = new List<string>();
        foreach (string tag in layout)
        {
            if (!IsSung(tag))
            {
                sections.Add(tag);
                continue;
            }
            sections.Add($"{tag} {Words(left / sung-- - 1, stop, heldOut, ref random)}");
            left -= MiniScore.CountSlots(sections[^1]);
        }
        return new MiniSongSpec(string.Join(" ; ", sections), style.ToString(), (long)(random.Next() >> 1));
    }

    private static bool IsSung(string tag) => tag is "[verse]" or "[chorus]" or "[bridge]";

    /// <summary>Words that take at most the given slots: sentences of two to four words.</summary>
    private static string Words(int slots, string stop, bool heldOut, ref MiniRandom random)
    {
        var text = new StringBuilder();
        int used = 0, left = 2 + random.Below(3);
        for (int misses = 0; misses < 64;)
        {
            string word = MiniWords.Draw(heldOut, ref random);
            int cost = Phones.FromText(word).Count + (used > 0 ? 1 : 0);
            if (used + cost > slots)
            {
                misses++;
                continue;
            }
            if (used > 0)
            {
                text.Append(left == 0 ? stop : " ");
                left = left == 0 ? 2 + random.Below(3) : left;
            }
            text.Append(word);
            used += cost;
            left--;
        }
        return text.ToString();
    }
}
