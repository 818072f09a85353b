using System.Globalization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;
using LeVo.Core.Model;

namespace LeVo.Codec.Model;

/// <summary>
/// Reads the autoencoder's sizes from the shapes of its decoder, for files without a configuration. What shapes don't
/// tell is as released: Snake activations, no tanh, and the sample rate where the metadata do not give it.
/// </summary>
internal sealed class VaeShapeReader(ICheckpoint file)
{
    private const int MostLevels = 16, MostChannels = 1 << 20, MostStride = 1 << 10, MostRatio = 1 << 20;
    private const string SampleRateKey = ".sample_rate";

    /// <exception cref="ModelLoadException">The file has no such decoder.</exception>
    public VaeConfig Read()
    {
        for (int levels = 1; levels <= MostLevels; levels++)
        {
            VaeDecoderTensors names = Names(levels);
            if (file.ShapeOf(names.Output.Weight.Weight.Name) is [> 0 and <= 64 and var io, > 0 and <= MostChannels and var channels, _]
                && file.ShapeOf(names.Input.Weight.Weight.Name) is [_, > 0 and <= MostChannels and var latents, _]
                && Halves(names, (int)channels) is { } half)
            {
                return new()
                {
                    SampleRate = SampleRate(),
                    AudioChannels = (int)io,
                    LatentWidth = (int)latents,
                    Encoder = half,
                    Decoder = half,
                };
            }
        }
        throw new ModelLoadException(file.Path, ["it has no decoder of an autoencoder"]);
    }

    /// <summary>The names of a decoder; they depend on the number of levels alone.</summary>
    private static VaeDecoderTensors Names(int levels)
    {
        int[] ones = [.. Enumerable.Repeat(1, levels)];
        return new VaeTensors(new() { Encoder = new(1, ones, ones), Decoder = new(1, ones, ones) }).Decoder;
    }

    private OobleckConfig? Halves(VaeDecoderTensors names, int channels)
    {
        var multipliers = new List<int>();
        var strides = new List<int>();
        long ratio = 1;
        foreach (VaeDecoderLevelTensors level in names.Levels.Reverse())
        {
            if (file.ShapeOf(level.Up.Weight.Weight.Name) is not [> 0 and <= MostChannels and var width, _, > 1 and <= 2 * MostStride and var kernel]
                || width % channels != 0 || kernel % 2 != 0 || (ratio *= kernel / 2) > MostRatio)
                return null;
            multipliers.Add((int)(width / channels));
            strides.Add((int)(kernel / 2));
        }
        return new(channels, multipliers, strides);
    }

    private int SampleRate() => file.Metadata.FirstOrDefault(
        pair => pair.Key.EndsWith(SampleRateKey, StringComparison.Ordinal)).Value is { } text
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rate) && rate > 0
            ? rate
            : new VaeConfig().SampleRate;
}
