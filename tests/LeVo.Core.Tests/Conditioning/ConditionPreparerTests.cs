using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Conditions;
using LeVo.Testing;

namespace LeVo.Core.Tests.Conditioning;

public sealed class ConditionPreparerTests
{
    private static readonly LeLmConfig Config = SeededLeLm.Tiny;

    [Fact]
    public void LongTextsAreCutAndTheirLengthIsKnown()
    {
        ConditionIds ids = Preparer().Prepare(new("a [verse] b c [chorus] d", "x"));
        Assert.Equal([1, 2, 31, 2, 2], ids.Lyrics);
        Assert.Equal([0, 0, 1, 1, 1], ids.Sections);
        Assert.Equal(7, ids.LyricsCount);
        Assert.Equal([1, 2, Config.TextPadId], ids.Description);
        Assert.Equal(2, ids.DescriptionCount);
    }

    [Fact]
    public void DroppedConditionsEqualAbsentOnes()
    {
        ConditionPreparer preparer = Preparer();
        ConditionIds full = preparer.Prepare(new("[verse] a", "x") { Prompt = SongTokens.FromCodes(new int[12], 4) });
        ConditionIds lyricsOnly = preparer.Prepare(new("[verse] a"));
        ConditionIds left = full.Without(ConditionKinds.Description | ConditionKinds.Prompt, preparer.Nothing);
        Assert.Equal(lyricsOnly.Lyrics, left.Lyrics);
        Assert.Equal(lyricsOnly.Sections, left.Sections);
        Assert.Equal(lyricsOnly.Description, left.Description);
        Assert.Equal(lyricsOnly.Prompt, left.Prompt);
        Assert.NotEqual(full.Prompt, left.Prompt);
        Assert.Equivalent(preparer.Nothing, full.Without(ConditionKinds.All, preparer.Nothing), strict: true);
    }

    [Fact]
    public void WhatCannotBePreparedIsAnError()
    {
        Assert.Throws<ArgumentException>(() => Preparer(Config with { StructureTags = ["[bridge]"] }));
        Assert.Throws<ArgumentException>(() => Preparer(Config with { StructureRows = 2 }));
        Assert.Throws<ArgumentException>(() => new PrefixLayout(Config with { PrefixOrder = ["description", "style"] }));
        Assert.Throws<ArgumentException>(() => new PrefixLayout(Config with { PrefixOrder = [] }));
    }

    private static ConditionPreparer Preparer(LeLmConfig? config = null) => new(config ?? Config, new Words(), new Words());

    /// <summary>One id a word: 1 for the start token, 31 and 32 for the tags, 2 for anything else.</summary>
    private sealed class Words : ITextTokenizer
    {
        public int[] Encode(string text) =>
        [
            .. text.Replace(AddedTokens.TextStart, AddedTokens.TextStart + " ", StringComparison.Ordinal)
                .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => IdOf(word) ?? 2),
        ];

        public int? IdOf(string token) => token switch
        {
            AddedTokens.TextStart => 1,
            "[verse]" => 31,
            "[chorus]" => 32,
            _ => null,
        };
    }
}
