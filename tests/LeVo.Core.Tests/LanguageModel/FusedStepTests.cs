using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.LanguageModel;

/// <summary>Decoding steps whose layers are one native call.</summary>
public sealed class FusedStepTests
{
    private const int Columns = 40;

    public FusedStepTests() => LeVoRuntime.EnsureTorch();

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5f)]
    [InlineData(ScalarType.BFloat16, 0.02f)]
    public void StepsAreThoseOfTheLayers(ScalarType type, float tolerance)
    {
        (float[][] plain, float[][] joined) = (Logits(Config(3, 2), type, joins: false), Logits(Config(3, 2), type, joins: true));
        float largest = plain.SelectMany(step => step).Max(Math.Abs);
        for (int step = 0; step < Columns; step++)
            Assert.InRange(plain[step].Zip(joined[step], (a, b) => Math.Abs(a - b)).Max(), 0, tolerance * largest);
        Assert.NotEqual(plain[^1], plain[^2]);
    }

    [Fact]
    public void AStepHasFewNativeCallsWhateverTheNumberOfLayers()
    {
        long few = Calls(Config(2, 1), joins: true), many = Calls(Config(6, 4), joins: true);
        Assert.Equal(few, many);
        // A tensor is created by one native call and disposed by another.
        Assert.InRange(many, 1, 60);
        Assert.True(Calls(Config(6, 4), joins: false) > 4 * many);
    }

    private static LeLmConfig Config(int layers, int trackLayers) =>
        SeededLeLm.Tiny with { MixedLayers = layers, TrackLayers = trackLayers };

    private static float[][] Logits(LeLmConfig config, ScalarType type, bool joins)
    {
        using TorchEngine engine = TorchEngine.Build(new NameSeededSource(), config, CPU, type, "a test", joins);
        using ILeLmSequence sequence = Start(engine, config);
        return [.. Enumerable.Range(0, Columns).Select(column => Read(sequence, config, column))];
    }

    /// <summary>Tensors that a step creates.</summary>
    private static long Calls(LeLmConfig config, bool joins)
    {
        using TorchEngine engine = TorchEngine.Build(new NameSeededSource(), config, CPU, ScalarType.Float32, "a test", joins);
        using ILeLmSequence sequence = Start(engine, config);
        Read(sequence, config, 0);
        long before = Created();
        Read(sequence, config, 1);
        return Created() - before;

        static long Created()
        {
            LifetimeStatistics tensors = DisposeScopeManager.Statistics.TensorStatistics;
            return tensors.CreatedInScopeCount + tensors.CreatedOutsideScopeCount;
        }
    }

    private static ILeLmSequence Start(TorchEngine engine, LeLmConfig config)
    {
        var preparer = new ConditionPreparer(config, new LetterTokenizer(), new LetterTokenizer());
        var song = new SongCondition("[verse] la la");
        ILeLmSequence sequence = engine.Start(preparer, song, Columns);
        sequence.ReadPrefix(cancellationToken: TestContext.Current.CancellationToken);
        return sequence;
    }

    private static float[] Read(ILeLmSequence sequence, LeLmConfig config, int column)
    {
        float[] given = new float[config.Codebooks * config.Classes], absent = new float[given.Length];
        int[] codes = [.. Enumerable.Range(0, config.Codebooks).Select(q => (column * 3 + q) % config.CodeSize)];
        sequence.Read(codes, given, absent, cancellationToken: TestContext.Current.CancellationToken);
        return [.. given, .. absent];
    }
}
