namespace LeVo.Core.Generation;

/// <summary>When a codec decodes the windows of a song whose tokens are being generated.</summary>
internal enum CodecPace
{
    /// <summary>While the language model generates the next tokens.</summary>
    Overlapping,

    /// <summary>In turns with the language model: both need the processor's cores.</summary>
    Alternating,

    /// <summary>After the last token: both are not in memory at the same time.</summary>
    Afterwards,
}

/// <summary>A codec that takes frames on a dedicated thread, and only those that the next window needs.</summary>
internal interface IPacedCodec
{
    /// <summary>When it decodes.</summary>
    CodecPace Pace { get; }
}
