using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>
/// The lyrics token of each frame's phone, in tokens of the demo's byte tokenizer. A slot is one letter, two, or a rest.
/// </summary>
/// <remarks>
/// It is the token behind the phone's first letter. The model reads from left to right: its state at an "s" can't depend on
/// whether an "h" follows; its state at the next letter depends on both.
/// </remarks>
internal static class LyricsAlignment
{
    /// <summary>The token of each frame, counted from the start token (0).</summary>
    public static int[] TokenOfFrame(string lyrics, int framesPerSlot) =>
        [.. TokenOfSlot(lyrics).SelectMany(token => Enumerable.Repeat(token, framesPerSlot))];

    private static IEnumerable<int> TokenOfSlot(string lyrics)
    {
        int token = 1; // behind <|im_start|>
        string[] sections = lyrics.Split(" ; ");
        foreach (string section in sections)
        {
            int tagEnd = section.IndexOf(']') + 1;
            string text = section[tagEnd..];
            IReadOnlyList<SungPhone> phones = Phones.FromText(text);
            int words = token + (tagEnd > 0 ? 1 : 0), end = words + text.Length;
            foreach (SungPhone phone in phones)
                yield return words + phone.Source + 1;
            // The rest behind a sung section sounds in the separator; an instrumental section in its tag.
            for (int i = 0, rests = MiniScore.CountSlots(section) - phones.Count; i < rests; i++)
                yield return phones.Count > 0 ? end : token;
            token = end + " ; ".Length;
        }
    }
}
