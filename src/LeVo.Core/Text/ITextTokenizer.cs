namespace LeVo.Core.Text;

/// <summary>Converts text to token ids. Thread-safe.</summary>
internal interface ITextTokenizer
{
    /// <summary>Converts a text to ids; nothing is added or truncated.</summary>
    int[] Encode(string text);

    /// <summary>The id of a token, or null if it does not exist.</summary>
    int? IdOf(string token);
}
