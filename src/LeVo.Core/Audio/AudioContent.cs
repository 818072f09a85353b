namespace LeVo.Core.Audio;

/// <summary>What a file is by its first bytes.</summary>
internal static class AudioContent
{
    /// <summary>Bytes that are enough to tell.</summary>
    public const int Needed = 512;

    /// <summary>The formats that can be read.</summary>
    public enum Kind
    {
        /// <summary>None of the others.</summary>
        Other,

        /// <summary>WAV in any of its forms.</summary>
        Wav,

        /// <summary>FLAC.</summary>
        Flac,

        /// <summary>Vorbis in Ogg.</summary>
        OggVorbis,

        /// <summary>MPEG audio, layer I, II or III.</summary>
        Mpeg,
    }

    /// <summary>The kind of a file.</summary>
    /// <param name="start">Its first bytes, behind any ID3v2 tags.</param>
    public static Kind KindOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("fLaC"u8))
            return Kind.Flac;
        bool isRiff = start.StartsWith("RIFF"u8) || start.StartsWith("RIFX"u8) || start.StartsWith("RF64"u8)
            || start.StartsWith("BW64"u8);
        if (isRiff && (start.Length < 12 || start[8..].StartsWith("WAVE"u8)))
            return Kind.Wav;
        if (start.StartsWith("OggS"u8) && OggPages.FirstPacket(start).StartsWith("\u0001vorbis"u8))
            return Kind.OggVorbis;
        return IsMpegFrame(start) ? Kind.Mpeg : Kind.Other;
    }

    /// <summary>Bytes of an ID3v2 tag; 0 where there is none.</summary>
    public static int Id3Length(ReadOnlySpan<byte> start)
    {
        if (start.Length < 10 || !start.StartsWith("ID3"u8) || start[6..10].ContainsAnyExceptInRange((byte)0, (byte)127))
            return 0;
        int size = start[6] << 21 | start[7] << 14 | start[8] << 7 | start[9];
        return 10 + size + ((start[5] & 0x10) != 0 ? 10 : 0); // with a footer
    }

    /// <summary>The name of a format that can't be read, or null where it is unknown.</summary>
    public static string? NameOf(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> at8 = start.Length > 8 ? start[8..] : [], packet = OggPages.FirstPacket(start);
        if (start.StartsWith("FORM"u8) && (at8.StartsWith("AIFF"u8) || at8.StartsWith("AIFC"u8)))
            return "an AIFF file";
        if (start.Length > 8 && start[4..].StartsWith("ftyp"u8))
            return "an MP4 file (M4A, AAC or ALAC)";
        if (start.StartsWith("OggS"u8))
        {
            return packet.StartsWith("OpusHead"u8) ? "an Ogg Opus file"
                : packet.StartsWith("\u007FFLAC"u8) ? "an Ogg FLAC file"
                : packet.StartsWith("Speex"u8) ? "an Ogg Speex file" : "an Ogg file without Vorbis as its first stream";
        }
        foreach ((byte[] magic, string name) in Others)
        {
            if (start.StartsWith(magic))
                return name;
        }
        // MPEG's frame mark with the layer that AAC uses.
        return start.Length > 1 && start[0] == 0xFF && (start[1] & 0xF6) == 0xF0 ? "an AAC file (ADTS)" : null;
    }

    private static readonly (byte[] Magic, string Name)[] Others =
    [
        ([.. "riff"u8, 0x2E, 0x91, 0xCF, 0x11], "a Wave64 file (W64)"),
        ("RIFF"u8.ToArray(), "a RIFF file without WAVE (AVI, WebP or MIDI)"),
        ("caff"u8.ToArray(), "a Core Audio file (CAF)"),
        (".snd"u8.ToArray(), "a Sun audio file (AU)"),
        ("MAC "u8.ToArray(), "a Monkey's Audio file (APE)"),
        ("wvpk"u8.ToArray(), "a WavPack file"),
        ("TTA1"u8.ToArray(), "a True Audio file (TTA)"),
        ("DSD "u8.ToArray(), "a DSD file"),
        ("FRM8"u8.ToArray(), "a DSD file"),
        ("#!AMR"u8.ToArray(), "an AMR file"),
        ("ADIF"u8.ToArray(), "an AAC file (ADIF)"),
        ("MThd"u8.ToArray(), "a MIDI file, which holds notes and no sound"),
        ([0x1A, 0x45, 0xDF, 0xA3], "a Matroska or WebM file"),
        ([0x30, 0x26, 0xB2, 0x75], "a Windows Media file (WMA)"),
        ([0x0B, 0x77], "an AC-3 file"),
    ];

    private static bool IsMpegFrame(ReadOnlySpan<byte> start) => start.Length >= 4 && start[0] == 0xFF
        && (start[1] & 0xE0) == 0xE0 && (start[1] & 0x18) != 0x08 && (start[1] & 0x06) != 0 && (start[2] & 0xF0) != 0xF0
        && (start[2] & 0x0C) != 0x0C;
}
