using LeVo.Codec.Training;
using LeVo.Core.Model;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Sizes of the demo model: the released layout, small enough to train on a laptop and to ship in git.</summary>
internal static class DemoSizes
{
    public static readonly (int Mixed, int Vocal, int Accompaniment) Taps = (3, 3, 2);

    public const int CodebookSize = 512;

    public const int LatentWidth = 128;

    /// <summary>Waveforms in the dictionary of the autoencoder's decoder; its encoder has one for each latent.</summary>
    public const int VaeAtoms = 192;

    public static readonly EncoderSizes Encoder = new(
        Width: 128, FrontChannels: 20, Layers: 3, Heads: 4, FeedForwardWidth: 320, CodebookSize, CodeWidth: 16);

    /// <summary>Frames of a decoding window: 8 s.</summary>
    public const int WindowFrames = 200;

    public static readonly FlowSizes Flow = new(
        Blocks: 3, Heads: 10, InnerWidth: 384, MaskWidth: 8, LatentWidth, WindowFrames);

    public static readonly LeLmConfig LanguageModel = MiniTokenizerFiles.Fit(new()
    {
        Width = 160,
        FeedForwardWidth = 448,
        Heads = 5,
        MixedLayers = 4,
        TrackLayers = 2,
        CodeSize = CodebookSize,
        MixedRopeTheta = 10_000,
        TrackRopeTheta = 10_000,
        Delays = [0, 12, 12],
        MaxSeconds = 16,
        PromptSeconds = 1,
        LyricsLength = 128,
        DescriptionLength = 36,
        PromptLength = 27,
        PromptCodeSize = CodebookSize,
        PromptNullId = CodebookSize + 1,
        PromptRealBelow = CodebookSize,
        ConditionDropout = 0.1,
        AttributeDropouts = [new("description", 0), new("type_info", 0.5), new("prompt_audio", 0.5)],
    });

    /// <summary>
    /// One level whose stride is a frame: the decoder mixes the waveforms of a dictionary, two frames long, anew 25 times a second.
    /// </summary>
    public static void WriteVaeConfig(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, $$"""
            {
              "model_type": "autoencoder",
              "sample_rate": 48000,
              "audio_channels": 2,
              "model": {
                "encoder": {
                  "type": "oobleck",
                  "config": { "in_channels": 2, "channels": 2, "c_mults": [{{LatentWidth / 2}}], "strides": [1920], "latent_dim": {{2 * LatentWidth}}, "use_snake": true }
                },
                "decoder": {
                  "type": "oobleck",
                  "config": { "out_channels": 2, "channels": 2, "c_mults": [{{VaeAtoms / 2}}], "strides": [1920], "latent_dim": {{LatentWidth}}, "use_snake": true, "final_tanh": false }
                },
                "bottleneck": { "type": "vae" },
                "latent_dim": {{LatentWidth}},
                "downsampling_ratio": 1920,
                "io_channels": 2
              }
            }
            """ + "\n");
    }
}
