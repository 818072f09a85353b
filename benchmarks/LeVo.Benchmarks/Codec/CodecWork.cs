using LeVo.Codec.Model;

namespace LeVo.Benchmarks.Codec;

/// <summary>Floating-point operations of the codec's parts: two a multiply-add of matrix products, convolutions and
/// attention. Elementwise work is not counted, so that a share of the peak is a share of useful work.</summary>
internal static class CodecWork
{
    /// <summary>One pass of the flow's transformer.</summary>
    public static double Estimator(EstimatorConfig config, long rows, long frames)
    {
        double e = config.Width, block = 4 * e * e + 2 * e * config.InnerWidth + 2 * frames * e;
        return 2.0 * rows * frames * (config.Blocks * block + config.LatentWidth * e);
    }

    /// <summary>The decoder of the autoencoder over so many latents, undivided.</summary>
    public static double VaeDecoder(VaeConfig config, long latents)
    {
        OobleckConfig half = config.Decoder;
        int n = half.Levels;
        double sum = 7.0 * config.LatentWidth * half.Width(n) * latents;
        long time = latents;
        for (int level = n; level > 0; level--)
        {
            double wide = half.Width(level), narrow = half.Width(level - 1);
            sum += wide * narrow * 2 * half.Strides[level - 1] * time;
            time *= half.Strides[level - 1];
            sum += 3 * 8 * narrow * narrow * time;
        }
        return 2 * (sum + 7.0 * half.Width(0) * config.AudioChannels * time);
    }

    /// <summary>MusicFM up to a tap, without the spectrogram.</summary>
    public static double MusicFm(MusicFmConfig config, long frames, int tap)
    {
        double c = config.FrontChannels, d = config.Width, bands = config.Mels / 2.0, time = 2.0 * frames;
        double first = bands * time * 9 * (2 * c + c * c), second = bands / 2 * frames * 9 * 3 * c * c;
        double linear = frames * c * config.Mels / 4 * d;
        double layer = frames * d * (4.0 * config.FeedForward + 7 * d + 2.0 * frames + config.ConvolutionKernel);
        return 2 * (first + second + linear + tap * layer);
    }

    /// <summary>The stem separator over one segment, all sources, without the spectrogram.</summary>
    public static double Separator(DemucsConfig config)
    {
        const int kernel = DemucsConfig.Kernel, depth = DemucsConfig.Depth;
        double frames = Math.Ceiling((double)config.SegmentSamples / config.Hop), sum = 0, rows = config.Frequencies;
        double time = config.SegmentSamples;
        for (int level = 0; level < depth; level++)
        {
            (rows, time) = (rows / DemucsConfig.Stride, Math.Ceiling(time / DemucsConfig.Stride));
            double c = config.LevelChannels(level), d = config.BranchChannels(level);
            double outer = level == 0 ? 0 : config.LevelChannels(level - 1), branch = DemucsConfig.BranchLayers * 5 * c * d;
            sum += Both(DemucsConfig.SpectrumChannels, 9, rows * frames) + Both(DemucsConfig.AudioChannels, 3, time);

            // Encoder and decoder of a branch: strided convolutions, residual branches, gated layers.
            double Both(double audio, double taps, double places) => places * (2 * branch + 2 * c * c * (1 + taps)
                + c * kernel * (level == 0 ? audio * (1 + config.Sources.Count) : 2 * outer));
        }
        double x = rows * frames, e = config.Width, inner = config.LevelChannels(depth - 1);
        double layers = 0;
        for (int n = 0; n < config.Layers; n++)
        {
            layers += (x + time) * (4 * e * e + 2 * e * config.FeedForward);
            layers += 2 * e * (n % 2 == 0 ? x * x + time * time : 2 * x * time);
        }
        return 2 * (sum + layers + (config.BottomChannels > 0 ? 2 * (x + time) * e * inner : 0));
    }
}
