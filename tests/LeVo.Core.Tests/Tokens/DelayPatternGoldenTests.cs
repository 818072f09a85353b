using System.Text.Json;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Tokens;

/// <summary>The delay pattern against the original's tables (kind <c>pattern</c>).</summary>
[Trait("Category", "Golden")]
public sealed class DelayPatternGoldenTests
{
    public static TheoryData<string, string> Cases => GoldenReader.Cases("pattern");

    [Fact]
    public void EveryTensorBelongsToACase() => GoldenReader.AssertNoStrangers("pattern");

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void TablesMatch(string file, string name)
    {
        using var golden = new GoldenReader(file, name);
        int[] delays = [.. golden.Case.GetProperty("delays").EnumerateArray().Select(d => d.GetInt32())];
        int frames = Int("T");
        var pattern = new DelayPattern(delays, frames, Int("flatten_first"), Int("empty_initial"));
        Assert.Equal(Int("S"), pattern.Columns);

        AssertTable("build", pattern.BuildIndex(), delays.Length * frames);
        AssertTable("revert", pattern.RevertIndex(pattern.Columns), delays.Length * pattern.Columns);
        AssertTable("logits", pattern.LogitsIndex(pattern.Columns), delays.Length * pattern.Columns);
        Assert.Equal(golden.Ints("first_step"), Enumerable.Range(0, frames).Select(pattern.FirstColumnOf));

        long[] shape = golden.Shape("codes");
        Assert.Equal([shape[0], delays.Length, frames], shape);
        int[] codes = golden.Ints("codes"), sequence = golden.Ints("sequence");
        int cut = golden.Has("cut_values") ? pattern.Columns - 3 : pattern.Columns;
        int[] shortened = golden.Has("cut_values") ? golden.Ints("cut_values") : codes;
        for (int row = 0; row < shape[0]; row++)
        {
            int[] rowCodes = Row(codes, row, (int)shape[0]), rowSequence = Row(sequence, row, (int)shape[0]);
            Assert.Equal(rowSequence, pattern.Build(rowCodes, Int("special_token")));
            Assert.Equal(rowCodes, pattern.Revert(rowSequence, pattern.Columns, -1));
            int[] cutSequence = [.. rowSequence.Chunk(pattern.Columns).SelectMany(q => q[..cut])];
            Assert.Equal(Row(shortened, row, (int)shape[0]), pattern.Revert(cutSequence, cut, Int("revert_special")));
        }
        using Tensor stored = golden.Load("codes");
        using Tensor built = pattern.Build(stored, Int("special_token"));
        Assert.Equal(sequence, built.data<long>().Select(id => (int)id));
        if (golden.Has("cut_index"))
            AssertTable("cut", pattern.RevertIndex(cut), delays.Length * cut);
        golden.AssertAllRead();

        int Int(string property) => golden.Case.GetProperty(property).GetInt32();

        void AssertTable(string table, long[] index, int end)
        {
            Assert.Equal(golden.Ints(table + "_index"), index.Select(i => (int)i));
            Assert.Equal(golden.Ints(table + "_mask"), index.Select(i => i < end ? 1 : 0));
        }
    }

    private static int[] Row(int[] batch, int row, int rows) =>
        batch.AsSpan(row * batch.Length / rows, batch.Length / rows).ToArray();
}
