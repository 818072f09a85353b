using System.Buffers.Binary;

namespace LeVo.Core.Audio;

/// <summary>
/// The samples that an MP3 encoder put before and behind the sound, as its first frame tells (LAME's extension of the Xing
/// header). With them a file is about 25 ms late against the sound it was made from.
/// </summary>
/// <param name="Before">Samples of each channel before the sound.</param>
/// <param name="Behind">Samples of each channel behind the sound.</param>
internal readonly record struct Mp3Delay(int Before, int Behind)
{
    private const int DecoderDelay = 529; // of every decoder of layer III, by which the sound is later

    /// <summary>
    /// Takes what the first frame tells, nothing where it tells nothing. The frame tells nothing afterwards: NLayer would
    /// remove the right number of samples, but part of the sound at its beginning.
    /// </summary>
    /// <param name="file">The file from its first frame on.</param>
    public static Mp3Delay Take(Span<byte> file)
    {
        if (file.Length < 4 || file[0] != 0xFF || (file[1] & 0xE6) != 0xE2)
            return default; // not layer III
        bool isMpeg1 = (file[1] & 0x18) == 0x18, isMono = (file[3] & 0xC0) == 0xC0;
        int tag = 4 + (isMpeg1, isMono) switch { (true, false) => 32, (false, true) => 9, _ => 17 };
        if (file.Length < tag + 8 || !(file[tag..].StartsWith("Xing"u8) || file[tag..].StartsWith("Info"u8)))
            return default;
        int fields = BinaryPrimitives.ReadInt32BigEndian(file[(tag + 4)..]), lame = tag + 8;
        lame += ((fields & 1) != 0 ? 4 : 0) + ((fields & 2) != 0 ? 4 : 0) + ((fields & 4) != 0 ? 100 : 0)
            + ((fields & 8) != 0 ? 4 : 0);
        if (file.Length < lame + 24 || !(file[lame..].StartsWith("LAME"u8) || file[lame..].StartsWith("Lav"u8)))
            return default;
        file.Slice(lame, 4).Clear();
        int packed = file[lame + 21] << 16 | file[lame + 22] << 8 | file[lame + 23];
        return new((packed >> 12) + DecoderDelay, Math.Max(0, (packed & 0xFFF) - DecoderDelay));
    }
}
