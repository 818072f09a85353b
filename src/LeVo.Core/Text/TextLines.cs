namespace LeVo.Core.Text;

/// <summary>The lines of a text.</summary>
internal sealed class TextLines
{
    private readonly List<int> starts = [0];

    public TextLines(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (text[i] == '\n' || (text[i] == '\r' && !text.AsSpan(i + 1).StartsWith("\n")))
                starts.Add(i + 1);
    }

    /// <summary>Line and column of a position, both from 1.</summary>
    public (int Line, int Column) Position(int at)
    {
        int line = LastAt(starts, at);
        return (line + 1, at - starts[line] + 1);
    }

    /// <summary>
    /// The index of the last of the ascending positions that is not greater than a position, or -1.
    /// </summary>
    public static int LastAt(List<int> places, int at)
    {
        int found = places.BinarySearch(at);
        return found >= 0 ? found : ~found - 1;
    }
}
