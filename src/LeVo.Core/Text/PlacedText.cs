using System.Text;

namespace LeVo.Core.Text;

/// <summary>Text of which each character has the place that it was read from.</summary>
/// <param name="Text">The characters.</param>
/// <param name="Places">For each character its index in the text that was read.</param>
internal readonly record struct PlacedText(string Text, ReadOnlyMemory<int> Places)
{
    public int Length => Text.Length;

    /// <summary>The place of a character.</summary>
    public int PlaceOf(int index) => Places.Span[index];

    public PlacedText Slice(int start, int length) => new(Text.Substring(start, length), Places.Slice(start, length));

    public PlacedText Slice(int start) => Slice(start, Length - start);

    /// <summary>The text without these characters at its ends; without white space if there are none.</summary>
    public PlacedText Trim(string characters = "")
    {
        int start = 0, end = Length;
        while (start < end && IsTrimmed(Text[start]))
            start++;
        while (end > start && IsTrimmed(Text[end - 1]))
            end--;
        return Slice(start, end - start);

        bool IsTrimmed(char c) => char.IsWhiteSpace(c) || characters.Contains(c, StringComparison.Ordinal);
    }
}

/// <summary>Collects text with its places.</summary>
internal sealed class PlacedTextBuilder
{
    private readonly StringBuilder text = new();
    private readonly List<int> places = [];

    public int Length => text.Length;

    public void Append(char character, int place)
    {
        text.Append(character);
        places.Add(place);
    }

    /// <summary>Appends characters that all stand for one place.</summary>
    public void Append(string characters, int place)
    {
        foreach (char character in characters)
            Append(character, place);
    }

    public void Append(PlacedText piece)
    {
        text.Append(piece.Text);
        places.AddRange(piece.Places.Span);
    }

    /// <summary>Appends a space, unless the text is empty or ends with one.</summary>
    public void AppendSpace(int place)
    {
        if (text.Length > 0 && text[^1] != ' ')
            Append(' ', place);
    }

    public PlacedText Build() => new(text.ToString(), places.ToArray());

    /// <summary>Returns the text and starts over.</summary>
    public PlacedText Take()
    {
        PlacedText taken = Build();
        text.Clear();
        places.Clear();
        return taken;
    }
}

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
