using System.Diagnostics;
using System.Globalization;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Sampling;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using TorchSharp;

namespace LeVo.GpuChecks;

/// <summary>Songs that are sampled together, against one alone.</summary>
internal static class BatchCheck
{
    private const int Songs = 4;

    public static CheckResult Run(CheckSettings settings)
    {
        int frames = settings.IsRehearsal ? 30 : 250;
        var setup = new TrainingSetup { Device = settings.DeviceName, Precision = ModelPrecision.BFloat16 };
        using var lelm = new TrainedLeLm(settings.Model, ConditionPreparer.Load(settings.Model, CheckSettings.Tokenizer),
            LeLmStage.Joint, null, setup, 1, new RandomWeights(settings.Device, TorchSharp.torch.ScalarType.BFloat16));
        Time(1);
        (double one, _) = Time(1);
        (double all, SongTokens[] songs) = Time(Songs);
        return new(songs.Length == Songs && songs.All(song => song.Frames > 0), string.Create(CultureInfo.InvariantCulture,
            $"{Songs} songs of up to {frames} frames in {all:0.0} s, one in {one:0.0} s: {Songs * one / all:0.0} x the songs a second"));

        (double Seconds, SongTokens[] Songs) Time(int count)
        {
            SongCondition condition = new(CheckSettings.Lyrics.Render(), "pop");
            var watch = Stopwatch.StartNew();
            SongTokens[] made = BatchGenerator.Generate(lelm, [.. Enumerable.Repeat(condition, count)],
                [.. Enumerable.Range(1, count).Select(seed => (ulong)seed)], GenerationOptions.Released, frames, CancellationToken.None);
            return (watch.Elapsed.TotalSeconds, made);
        }
    }
}
