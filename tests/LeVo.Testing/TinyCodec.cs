using LeVo.Codec;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Codec.Vae;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Testing;

/// <summary>A codec of random weights on disk, small enough for whole songs in a second.</summary>
internal sealed class TinyCodec : IDisposable
{
    public const int CodebookSize = 20;
    public const int SampleRate = 8_000;
    public const int Ratio = 320;

    private static readonly VaeConfig VaeSizes = new()
    {
        SampleRate = SampleRate,
        LatentWidth = 4,
        Encoder = new(4, [1, 2, 2], [4, 8, 10]),
        Decoder = new(4, [1, 2, 2], [4, 8, 10]),
    };

    private readonly string path = Directory.CreateTempSubdirectory("levo-codec-").FullName;

    /// <param name="withEncoder">MusicFM and the mixed tokenizer too.</param>
    public TinyCodec(bool withEncoder = false)
    {
        LeVoRuntime.EnsureTorch();
        CodecSizes dual = Sizes(CodecLayout.DualTrack(1, 1));
        Save("dual.safetensors", parameters =>
        {
            CodecTensors tensors = Tokenizer(parameters, dual, withEncoder);
            var flow = new FlowMatchingDecoder(parameters, tensors.Flow!, dual.Estimator);
            return () => flow.Normalizer.Write(LatentStatistics.FromMoments(new float[4], [1, 1, 1, 1]));
        });
        CodecSizes mixed = Sizes(CodecLayout.Mixed(1));
        if (withEncoder)
        {
            Save("mixed.safetensors", parameters =>
            {
                Tokenizer(parameters, mixed, withEncoder);
                return () => { };
            });
        }
        Save("vae.safetensors", parameters =>
        {
            _ = new OobleckVae(parameters, new VaeTensors(VaeSizes), VaeSizes, withEncoder: true);
            return () => { };
        });
        File.WriteAllText(At("vae.json"), """
            {
              "model_type": "autoencoder", "sample_rate": 8000,
              "model": {
                "encoder": { "type": "oobleck", "config": { "in_channels": 2, "channels": 4, "c_mults": [1, 2, 2],
                  "strides": [4, 8, 10], "latent_dim": 8, "use_snake": true } },
                "decoder": { "type": "oobleck", "config": { "out_channels": 2, "channels": 4, "c_mults": [1, 2, 2],
                  "strides": [4, 8, 10], "latent_dim": 4, "use_snake": true, "final_tanh": false } },
                "bottleneck": { "type": "vae" }, "latent_dim": 4, "downsampling_ratio": 320, "io_channels": 2
              }
            }
            """);
        HasEncoder = withEncoder;
    }

    private bool HasEncoder { get; }

    public string At(string name) => Path.Combine(path, name);

    /// <summary>Opens it: windows of a second, three solver steps.</summary>
    public MusicCodec Load(LevoCodec? constants = null) => MusicCodec.Load(Folder(constants), CPU);

    public void Dispose() => Directory.Delete(path, recursive: true);

    public ModelFolder Folder(LevoCodec? constants = null, CodecFiles? codec = null)
    {
        var levo = new LevoSection
        {
            Codec = constants ?? new LevoCodec
            {
                MixedTap = 1,
                VocalTap = 1,
                AccompanimentTap = 1,
                MixedHeads = 2,
                DualHeads = 2,
                SegmentSeconds = 2,
                WindowSeconds = 1,
                Steps = 3,
                SilentVocalCode = 3,
                SilentAccompanimentCode = 4,
            },
        };
        CodecFiles files = codec ?? new(At("dual.safetensors"), HasEncoder ? At("mixed.safetensors") : null, At("vae.json"),
            At("vae.safetensors"), [], null);
        return new(path, new LeLmConfig(), levo, At("model.safetensors"), path, files);
    }

    private static CodecSizes Sizes(IReadOnlyList<CodecStream> streams) => new()
    {
        Streams = streams,
        CodebookSize = CodebookSize,
        CodeWidth = 4,
        Estimator = new()
        {
            Blocks = 1,
            Heads = 2,
            InnerWidth = 24,
            Positions = 50,
            MaskWidth = 4,
            LatentWidth = 4,
            Streams = streams.Count,
            ConditionWidth = 16,
        },
        MusicFm = new() { Width = 16, FrontChannels = 4, Layers = 1, Heads = 2, FeedForward = 24 },
    };

    /// <summary>Quantizers and, where wanted, MusicFM.</summary>
    private static CodecTensors Tokenizer(ParameterBuilder parameters, CodecSizes sizes, bool withEncoder)
    {
        var tensors = new CodecTensors(sizes);
        foreach (ResidualQuantizerTensors quantizer in tensors.Quantizers)
            _ = new ResidualVectorQuantizer(parameters, quantizer);
        if (withEncoder)
            _ = new MusicFmEncoder(parameters, tensors.MusicFm!, sizes.MusicFm);
        return tensors;
    }

    private void Save(string name, Func<ParameterBuilder, Action> create)
    {
        var builder = new ParameterBuilder(new RandomTensorSource(1));
        Action finish = create(builder);
        using ParameterSet parameters = builder.Build(name);
        finish();
        TensorWriter.Save(At(name), parameters.ToStateDict());
    }
}
