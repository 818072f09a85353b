using LeVo.Codec.Model;

namespace LeVo.Codec.Training;

/// <summary>Sizes of a small MusicFM with its quantizers, trained from scratch.</summary>
/// <param name="Width">Width of MusicFM and of the codes' vectors.</param>
/// <param name="FrontChannels">Channels of the convolutional front end.</param>
/// <param name="Layers">Conformer layers.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="FeedForwardWidth">Width inside the conformer's feed-forward parts.</param>
/// <param name="CodebookSize">Codes of each stream.</param>
/// <param name="CodeWidth">Width of a codebook entry.</param>
internal sealed record EncoderSizes(
    int Width, int FrontChannels, int Layers, int Heads, int FeedForwardWidth, int CodebookSize, int CodeWidth)
{
    /// <summary>The sizes of a tokenizer without flow decoder.</summary>
    public CodecSizes ToCodecSizes(IReadOnlyList<CodecStream> streams) => new()
    {
        Streams = streams,
        CodebookSize = CodebookSize,
        CodeWidth = CodeWidth,
        Estimator = new() { ConditionWidth = Width },
        HasDecoder = false,
        MusicFm = new()
        {
            Width = Width,
            FrontChannels = FrontChannels,
            Layers = Layers,
            Heads = Heads,
            FeedForward = FeedForwardWidth,
        },
    };
}
