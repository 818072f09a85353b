using LeVo.Core.Text;
using LeVo.Testing;

namespace LeVo.Core.Tests;

/// <summary>One token a letter, and the tiny model's tags.</summary>
internal sealed class LetterTokenizer : ITextTokenizer
{
    public int[] Encode(string text) => [.. text.Select(letter => 1 + letter % 29)];

    public int? IdOf(string token) => 31 + SeededLeLm.Tiny.StructureTags.ToList().IndexOf(token);
}
