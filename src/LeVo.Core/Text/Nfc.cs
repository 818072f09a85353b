using System.Globalization;
using System.Text;

namespace LeVo.Core.Text;

/// <summary>
/// Unicode normalisation form C. Implemented here because string.Normalize does nothing when the application runs
/// without culture data (InvariantGlobalization), and token ids must not depend on that setting.
/// </summary>
internal static class Nfc
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28;
    private const int SyllableCount = LeadCount * VowelCount * TrailCount;
    private const int FirstCombining = 0x300; // all lower code points are composed starters that never combine with a preceding one
    private static readonly Lazy<Tables> Data = new(Tables.Load);

    /// <summary>The normal form of a text. Unpaired surrogates are unchanged.</summary>
    public static string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange((char)FirstCombining, char.MaxValue))
            return text;
        List<int> points = Parts(text);
        Compose(points, Data.Value);
        return ToText(points);
    }

    /// <summary>The text in normalisation form D: letters, then their marks.</summary>
    public static string Decompose(string text) => ToText(Parts(text));

    private static List<int> Parts(string text)
    {
        Tables tables = Data.Value;
        var points = new List<int>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            Decompose(pair ? char.ConvertToUtf32(text[i], text[++i]) : text[i], tables, points);
        }
        Order(points, tables);
        return points;
    }

    private static string ToText(List<int> points)
    {
        var result = new StringBuilder(points.Count);
        Span<char> units = stackalloc char[2];
        foreach (int point in points)
            result.Append(Rune.TryCreate(point, out Rune rune) ? units[..rune.EncodeToUtf16(units)] : [(char)point]);
        return result.ToString();
    }

    private static void Decompose(int point, Tables tables, List<int> points)
    {
        int syllable = point - HangulBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            points.Add(LeadBase + syllable / (VowelCount * TrailCount));
            points.Add(VowelBase + syllable / TrailCount % VowelCount);
            if (syllable % TrailCount != 0)
                points.Add(TrailBase + syllable % TrailCount);
        }
        else if (tables.Decompositions.TryGetValue(point, out (int First, int Second) parts))
        {
            Decompose(parts.First, tables, points);
            if (parts.Second != 0)
                Decompose(parts.Second, tables, points);
        }
        else
            points.Add(point);
    }

    /// <summary>Sorts every run of combining characters by class, stably.</summary>
    private static void Order(List<int> points, Tables tables)
    {
        for (int start = 0, end; start < points.Count; start = end)
        {
            for (end = start + 1; end < points.Count && tables.Class(points[end]) != 0;)
                end++;
            // The first is a starter, or a combining character at the start of the text.
            int from = tables.Class(points[start]) == 0 ? start + 1 : start;
            if (end - from < 2)
                continue;
            int[] sorted = [.. points[from..end].OrderBy(tables.Class)];
            for (int i = 0; i < sorted.Length; i++)
                points[from + i] = sorted[i];
        }
    }

    /// <summary>
    /// Composes each character with the last starter unless a character of its class or higher is between them.
    /// </summary>
    private static void Compose(List<int> points, Tables tables)
    {
        int kept = 0, starter = -1, lastClass = 0;
        for (int i = 0; i < points.Count; i++)
        {
            int point = points[i], combining = tables.Class(point);
            bool adjacent = starter == kept - 1;
            if (starter >= 0 && (adjacent || lastClass < combining)
                && Pair(points[starter], point, tables) is int composed)
            {
                points[starter] = composed;
                continue;
            }
            if (combining == 0)
                starter = kept;
            lastClass = combining;
            points[kept++] = point;
        }
        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? Pair(int first, int second, Tables tables)
    {
        int lead = first - LeadBase, vowel = second - VowelBase;
        int syllable = first - HangulBase, trail = second - TrailBase;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
            return HangulBase + (lead * VowelCount + vowel) * TrailCount;
        if (syllable is >= 0 and < SyllableCount && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
            return first + trail;
        return tables.Compositions.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private sealed class Tables
    {
        private readonly Dictionary<int, byte> classes = [];

        public Dictionary<int, (int First, int Second)> Decompositions { get; } = [];

        public Dictionary<(int First, int Second), int> Compositions { get; } = [];

        public int Class(int point) => point < FirstCombining ? 0 : classes.GetValueOrDefault(point);

        public static Tables Load()
        {
            var tables = new Tables();
            using Stream stream = typeof(Nfc).Assembly.GetManifestResourceStream("LeVo.Core.Text.normalization.txt")!;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
                tables.Add(line);
            return tables;
        }

        private void Add(string line)
        {
            if (line[0] == '#')
                return;
            if (line[0] == '@')
            {
                string[] range = line[1..].Split(' ');
                for (int point = Hex(range[0]); point <= Hex(range[1]); point++)
                    classes[point] = byte.Parse(range[2], CultureInfo.InvariantCulture);
                return;
            }
            int sign = line.AsSpan().IndexOfAny('=', '>');
            string[] parts = line[(sign + 1)..].Split(' ');
            int code = Hex(line[..sign]);
            (int First, int Second) pair = (Hex(parts[0]), parts.Length > 1 ? Hex(parts[1]) : 0);
            Decompositions[code] = pair;
            if (line[sign] == '=')
                Compositions[pair] = code;
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
