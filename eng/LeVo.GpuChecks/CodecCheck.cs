using System.Globalization;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.GpuChecks;

/// <summary>The sound of the demo model's codec on the device, against the CPU's, without and with TF32.</summary>
internal static class CodecCheck
{
    /// <summary>Signal to difference, in dB; float32 on two devices differs by rounding alone.</summary>
    private const double Least = 60;

    public static async Task<CheckResult> RunAsync(CheckSettings settings)
    {
        int[] Row(int step) => [.. Enumerable.Range(0, settings.IsRehearsal ? 50 : 250).Select(t => t * step % 512)];
        var tokens = SongTokens.FromRows(Row(3), Row(5), Row(7));
        float[] expected = await DecodeAsync("cpu", tokens).ConfigureAwait(false);
        double exact = Ratio(expected, await DecodeAsync(settings.DeviceName, tokens).ConfigureAwait(false));
        LeVoRuntime.AllowTensorFloat32 = true;
        try
        {
            double rounded = Ratio(expected, await DecodeAsync(settings.DeviceName, tokens).ConfigureAwait(false));
            return new(exact >= Least, string.Create(CultureInfo.InvariantCulture,
                $"signal to difference {exact:0} dB (at least {Least:0}), with TF32 {rounded:0} dB"));
        }
        finally
        {
            LeVoRuntime.AllowTensorFloat32 = false;
        }
    }

    private static async Task<float[]> DecodeAsync(string device, SongTokens tokens)
    {
        var services = new ServiceCollection();
        services.AddLeVo(options => (options.ModelPath, options.Device) = (CheckSettings.Demo, device)).AddMusicCodec();
        await using ServiceProvider provider = services.BuildServiceProvider();
        var windows = new List<Waveform>();
        await foreach (Waveform window in provider.GetRequiredService<IMusicCodec>().DecodeAsync(tokens, new() { Seed = 1 })
            .ConfigureAwait(false))
        {
            windows.Add(window);
        }
        return Waveform.Concat(windows).Channels[0];
    }

    private static double Ratio(float[] expected, float[] actual)
    {
        double signal = expected.Sum(value => (double)value * value);
        double difference = expected.Zip(actual, (a, b) => (double)(a - b) * (a - b)).Sum();
        return expected.Length != actual.Length ? double.NaN : Math.Min(200, 10 * Math.Log10(signal / difference));
    }
}
