using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Core.Audio;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>Turns songs with known stems into codes of all three streams. A song is one segment, frame by frame; nothing is
/// repeated or normalized.</summary>
/// <remarks>Thread-safe after construction.</remarks>
internal sealed class SongEncoder : IDisposable
{
    private readonly Tokenizer mixed, dual;

    /// <param name="mixedPath">The mixed codec's encoder.</param>
    /// <param name="dualPath">The dual-track codec's encoder.</param>
    /// <param name="sizes">Their sizes.</param>
    /// <param name="taps">MusicFM's hidden state of each stream.</param>
    /// <exception cref="LeVo.Core.Model.ModelLoadException">A file does not fit the sizes.</exception>
    public SongEncoder(string mixedPath, string dualPath, EncoderSizes sizes, (int Mixed, int Vocal, int Accompaniment) taps)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        LeVoRuntime.EnsureTorch();
        mixed = new(mixedPath, sizes.ToCodecSizes(CodecLayout.Mixed(taps.Mixed)));
        dual = new(dualPath, sizes.ToCodecSizes(CodecLayout.DualTrack(taps.Vocal, taps.Accompaniment)));
    }

    /// <summary>Codes of a song from its stems at 48 kHz, <c>[2][samples]</c> each.</summary>
    public SongTokens Encode(float[][] vocal, float[][] accompaniment)
    {
        float[] voice = ToMono24kHz(vocal), band = ToMono24kHz(accompaniment);
        float[] mix = [.. voice.Zip(band, (a, b) => a + b)];
        return SongTokens.FromRows(mixed.Codes(0, mix), dual.Codes(0, voice), dual.Codes(1, band));
    }

    /// <summary>Stereo at 48 kHz to mono at 24 kHz, the input of MusicFM.</summary>
    public static float[] ToMono24kHz(float[][] stereo)
    {
        ArgumentNullException.ThrowIfNull(stereo);
        return new Waveform(stereo, 48_000).ToMono().Resample(MusicFmConfig.SampleRate).Channels[0];
    }

    /// <summary>Frees the models.</summary>
    public void Dispose()
    {
        mixed.Dispose();
        dual.Dispose();
    }

    /// <summary>The encoder of one codec.</summary>
    private sealed class Tokenizer : IDisposable
    {
        private readonly ParameterSet parameters;
        private readonly MusicFmEncoder musicFm;
        private readonly ResidualVectorQuantizer[] quantizers;
        private readonly CodecSizes sizes;

        public Tokenizer(string path, CodecSizes sizes)
        {
            this.sizes = sizes;
            using Checkpoint file = Checkpoint.Open(path);
            var builder = new ParameterBuilder(new CheckpointTensorSource(file));
            var tensors = new CodecTensors(sizes);
            musicFm = new(builder, tensors.MusicFm!, sizes.MusicFm);
            quantizers = [.. tensors.Quantizers.Select(row => new ResidualVectorQuantizer(builder, row))];
            parameters = builder.Build(path);
        }

        public int[] Codes(int stream, float[] mono)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            Tensor hidden = musicFm.Forward(tensor(mono, [1, mono.Length]), sizes.Streams[stream].Tap);
            return quantizers[stream].Encode(hidden).to(ScalarType.Int32).data<int>().ToArray();
        }

        public void Dispose() => parameters.Dispose();
    }
}
