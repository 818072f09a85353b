using System.Text.RegularExpressions;
using LeVo.Alignment.Preferences;

namespace LeVo.Alignment.Whisper;

/// <summary>Collects the words of segments and leaves out notes in brackets, for example of music.</summary>
/// <param name="length">Length of the vocal, which no word exceeds.</param>
internal sealed partial class WordCollector(TimeSpan length)
{
    // A bracket that is not closed after so many words is a mistake of the model.
    private const int LongestNote = 10;

    private readonly List<TranscribedWord> words = [], note = [];
    private bool open;

    /// <summary>All words, after the last segment.</summary>
    public IReadOnlyList<TranscribedWord> Finish()
    {
        EndNote(keep: true);
        return words;
    }

    /// <summary>Adds the words of a segment, which share its time.</summary>
    public void Add(string text, TimeSpan start, TimeSpan end)
    {
        string[] parts = [.. Part().Matches(text).Select(match => match.Value)];
        int count = parts.Count(IsWord), index = 0;
        (start, end) = (Limit(start), Limit(end));
        foreach (string part in parts)
        {
            if (IsWord(part))
                (open ? note : words).Add(new(part, At(index++), At(index)));
            else if (part is "[" or "(" or "（" or "【")
                open = true;
            else
                EndNote(keep: false);
            if (note.Count > LongestNote)
                EndNote(keep: true);
        }

        TimeSpan At(int place) => start + (end - start) * place / count;
    }

    private static bool IsWord(string part) => part.Any(char.IsLetterOrDigit);

    private void EndNote(bool keep)
    {
        if (keep)
            words.AddRange(note);
        note.Clear();
        open = false;
    }

    private TimeSpan Limit(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time > length ? length : time;

    /// <summary>A bracket, or a word; signs of music and other marks alone are neither.</summary>
    [GeneratedRegex(@"[\[\]()（）【】]|[^\s\[\]()（）【】♪♫*]*[\p{L}\p{N}][^\s\[\]()（）【】♪♫*]*")]
    private static partial Regex Part();
}
