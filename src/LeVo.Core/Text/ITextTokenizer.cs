namespace LeVo.Core.Text;

/// <summary>Turns text into token ids. Thread-safe.</summary>
internal interface ITextTokenizer
{
    /// <summary>The ids of a text; nothing is added or cut.</summary>
    int[] Encode(string text);

    /// <summary>The id of one token by its spelling, or null where there is none.</summary>
    int? IdOf(string token);
}
