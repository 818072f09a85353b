using System.Diagnostics;
using System.Globalization;
using LeVo.Codec.Encoding;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Benchmarks.Codec;

/// <summary>What it costs to encode a song with its stems, as <c>SongFolder</c> does for token shards: time and memory.</summary>
internal static class ShardCost
{
    /// <summary>Encodes made-up sound with random weights of the released sizes.</summary>
    /// <param name="seconds">Length of the song.</param>
    public static void Run(int seconds)
    {
        ProcessMemory.ResetPeak();
        double before = ProcessMemory.Bytes("VmRSS");
        using var mixed = new Encoder(CodecSizes.Mixed);
        using var tracks = new Encoder(CodecSizes.DualTrack);
        double weights = ProcessMemory.Bytes("VmRSS") - before;
        var watch = Stopwatch.StartNew();
        mixed.Encode(seconds);
        tracks.Encode(seconds);
        double each = watch.Elapsed.TotalSeconds * 60 / seconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a song with its stems to codes, {seconds} s of music: {each:F0} s for a minute of music; peak of the resident memory "
            + $"{(ProcessMemory.Bytes("VmHWM") - before) / 1e9:F2} GB, of it weights {weights / 1e9:F2} GB"));
    }

    private sealed class Encoder : IDisposable
    {
        private const int SampleRate = 48_000;

        private readonly CodecEncoder encoder;
        private readonly ParameterSet parameters;
        private readonly int streams;

        public Encoder(CodecSizes sizes)
        {
            var builder = new ParameterBuilder(new RandomTensorSource(1));
            var tensors = new CodecTensors(sizes);
            var musicFm = new MusicFmEncoder(builder, tensors.MusicFm!, sizes.MusicFm);
            ResidualVectorQuantizer[] rows = [.. tensors.Quantizers.Select(row => new ResidualVectorQuantizer(builder, row))];
            parameters = builder.Build("the benchmark's encoder");
            streams = rows.Length;
            encoder = new(musicFm, [.. sizes.Streams.Zip(rows, (stream, row) => new EncoderStream(stream.Tap, row.Quantizers[0]))]);
        }

        public void Encode(int seconds)
        {
            var random = new Random(1);
            float[] Noise() => [.. Enumerable.Range(0, seconds * SampleRate).Select(_ => random.NextSingle() - 0.5f)];
            encoder.Encode([.. Enumerable.Range(0, streams).Select(_ => (float[][])[Noise(), Noise()])]);
        }

        public void Dispose() => parameters.Dispose();
    }
}
