using LeVo.Core.Generation;
using LeVo.Core.Tests.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Cpu;

/// <summary>The whole path from a model folder on the CPU backend, at tiny size.</summary>
public sealed class CpuGenerationTests(TinyModelFolder folder) : IClassFixture<TinyModelFolder>
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] the river is singing. oh ; [chorus] we are the rain"),
        Description = "pop, warm",
        Seed = 3,
        Options = new() { TopP = 0.9 },
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ModelPrecision.Int8)]
    [InlineData(ModelPrecision.Int4)]
    public async Task SeedsRepeatSongsAcrossLoadsAndNeighbours(ModelPrecision precision)
    {
        SongTokens alone;
        using (LeVoModel first = Load(precision))
            alone = await new TokenGenerator(first).GenerateTokensAsync(Request, cancellationToken: Ct);
        Assert.InRange(alone.Frames, 1, 36);
        using LeVoModel second = Load(precision);
        var generator = new TokenGenerator(second);
        SongTokens[] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(i =>
            generator.GenerateTokensAsync(Request with { Seed = 3 + (ulong)(i % 2) }, cancellationToken: Ct)));
        Assert.Equal(alone.Accompaniment.ToArray(), together[0].Accompaniment.ToArray());
        Assert.Equal(alone.Mixed.ToArray(), together[2].Mixed.ToArray());
        Assert.Equal(together[1].Vocal.ToArray(), together[3].Vocal.ToArray());
        Assert.NotEqual(alone.Vocal.ToArray(), together[1].Vocal.ToArray());
    }

    [Fact]
    public async Task ASongContinuesFromItsBeginning()
    {
        using LeVoModel model = Load(ModelPrecision.Int8);
        var generator = new TokenGenerator(model);
        SongTokens whole = await generator.GenerateTokensAsync(Request, cancellationToken: Ct);
        SongTokens resumed = await generator.GenerateTokensAsync(
            Request with { Beginning = whole.Slice(0, whole.Frames / 2) }, cancellationToken: Ct);
        Assert.Equal(whole.Mixed.ToArray(), resumed.Mixed.ToArray());
        Assert.Equal(whole.Accompaniment.ToArray(), resumed.Accompaniment.ToArray());
    }

    [Fact]
    public void TheCacheFilesNameTheModel()
    {
        using (LeVoModel model = Load(null))
            Assert.NotNull(model);
        string[] names = [.. Directory.EnumerateFiles(folder.Path, "*.levo").Select(path => Path.GetFileName(path)!)];
        Assert.Contains(names, name => name.StartsWith("model.", StringComparison.Ordinal)
            && name.EndsWith(".int8.levo", StringComparison.Ordinal) && name.Split('.')[1].Length == 16);
    }

    [Fact]
    public void OptionsThatDoNotFitTogetherAreNamed()
    {
        Assert.Empty(Problems(new() { Backend = ModelBackend.Cpu, Precision = ModelPrecision.Int4, Threads = 3 }));
        Assert.Empty(Problems(new() { Precision = ModelPrecision.BFloat16 }));
        Assert.Equal(["Precision is Float16; the backend Cpu computes in Int8 or Int4."],
            Problems(new() { Backend = ModelBackend.Cpu, Precision = ModelPrecision.Float16 }));
        Assert.Equal(["Precision is Int8; the backend Torch computes in Float32, BFloat16 or Float16."],
            Problems(new() { Precision = ModelPrecision.Int8 }));
        Assert.Equal(2, Problems(new() { Backend = ModelBackend.Cpu, Device = "cuda", Threads = 0 }).Length);
        Assert.Single(Problems(new() { Backend = (ModelBackend)7 }));

        string[] Problems(LeVoOptions options)
        {
            options.ModelPath = folder.Path;
            return [.. options.Problems()];
        }
    }

    private LeVoModel Load(ModelPrecision? precision) => LeVoModel.Load(
        new LeVoOptions { ModelPath = folder.Path, Backend = ModelBackend.Cpu, Precision = precision, Threads = 2 });
}
