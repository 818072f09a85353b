using System.Diagnostics;
using System.Globalization;
using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.GpuChecks;

/// <summary>Decoding steps in float16, each stack's layers in one native call, and one native call an operation.</summary>
internal static class StepCheck
{
    private const int WarmUp = 5;

    public static CheckResult Run(CheckSettings settings)
    {
        (double joined, double calls) = Measure(settings, joins: true);
        (double plain, double plainCalls) = Measure(settings, joins: false);
        return new(joined > 0 && plain > 0, string.Create(CultureInfo.InvariantCulture,
            $"float16, {settings.Model.MixedLayers} + {settings.Model.TrackLayers} layers: {joined * 1e3:0.0} ms a step with "
            + $"{calls:0} tensors made, {plain * 1e3:0.0} ms and {plainCalls:0} with a call for each operation; "
            + $"{1 / (joined * settings.Model.FrameRate):0.0} x real time"));
    }

    private static (double Seconds, double Tensors) Measure(CheckSettings settings, bool joins)
    {
        LeLmConfig config = settings.Model;
        using TorchEngine engine = TorchEngine.Build(
            new RandomWeights(settings.Device, ScalarType.Float16), config, settings.Device, ScalarType.Float16, "LeLM", joins);
        var preparer = ConditionPreparer.Load(config, CheckSettings.Tokenizer);
        using ILeLmSequence sequence =
            engine.Start(preparer.Prepare(new(CheckSettings.Lyrics.Render(), "pop")), preparer.Nothing, settings.Steps + WarmUp);
        sequence.ReadPrefix();
        int size = config.Codebooks * config.Classes;
        float[] given = new float[size], absent = new float[size];
        for (int step = 0; step < WarmUp; step++)
            sequence.Read([1, 2, 3], given, absent);
        long before = Created();
        var watch = Stopwatch.StartNew();
        for (int step = 0; step < settings.Steps; step++)
            sequence.Read([step % config.CodeSize, 2, 3], given, absent); // waits for the logits
        double seconds = watch.Elapsed.TotalSeconds / settings.Steps;
        return given.All(float.IsFinite) ? (seconds, (Created() - before) / (double)settings.Steps)
            : throw new InvalidDataException("There are logits that are no numbers.");
    }

    private static long Created()
    {
        LifetimeStatistics tensors = DisposeScopeManager.Statistics.TensorStatistics;
        return tensors.CreatedInScopeCount + tensors.CreatedOutsideScopeCount;
    }
}
