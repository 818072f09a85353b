using System.Buffers.Binary;
using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

public class WavFileTests
{
    [Theory]
    [InlineData(SampleFormat.Pcm16, 1, 16)]
    [InlineData(SampleFormat.Pcm16, 2, 16)]
    [InlineData(SampleFormat.Pcm24, 1, 24)]
    [InlineData(SampleFormat.Pcm24, 2, 24)]
    [InlineData(SampleFormat.Pcm24, 5, 24)]
    [InlineData(SampleFormat.Float32, 2, 24)]
    [InlineData(SampleFormat.Float32, 3, 24)]
    public void Reading_gives_back_what_was_written(SampleFormat format, int channels, int bits)
    {
        foreach (int length in new[] { 0, 1, 4095, 4096, 4097, 10_001 })
        {
            Waveform sound = TestSound.Chord(channels, length, bits, 44_100);
            TestSound.AssertEqual(sound, WavFile.Read(new MemoryStream(Bytes(sound, format))));
        }
    }

    [Fact]
    public void Integers_clip_at_full_scale_and_survive_a_round_trip()
    {
        var sound = new Waveform([[2, 1, -1, -2, float.NaN, 32767 / 32768f, 0.49f / 32768]], 8000);
        Waveform read = WavFile.Read(new MemoryStream(Bytes(sound, SampleFormat.Pcm16)));
        Assert.Equal([32767 / 32768f, 32767 / 32768f, -1, -1, 0, 32767 / 32768f, 0], read.Channels[0]);
    }

    [Fact]
    public void Floating_point_is_stored_as_is()
    {
        var sound = new Waveform([[3.5f, -7, 1e-30f]], 8000);
        Assert.Equal(sound.Channels[0], WavFile.Read(new MemoryStream(Bytes(sound, SampleFormat.Float32))).Channels[0]);
    }

    [Fact]
    public void Chunks_of_odd_length_are_padded()
    {
        byte[] plain = Bytes(new([[0.5f, -0.5f]], 8000), SampleFormat.Pcm16);
        byte[] odd = [.. plain[..36], .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. plain[36..]];
        Assert.Equal([0.5f, -0.5f], WavFile.Read(new MemoryStream(odd)).Channels[0]);

        byte[] written = Bytes(new([[0.5f]], 8000), SampleFormat.Pcm24); // 3 bytes of samples and one of padding
        Assert.Equal(48, written.Length);
        Assert.Equal(40, BinaryPrimitives.ReadInt32LittleEndian(written.AsSpan(4)));
    }

    [Fact]
    public void A_length_left_open_by_a_pipe_means_to_the_end()
    {
        byte[] bytes = Bytes(new([[0.5f, -0.5f]], 8000), SampleFormat.Pcm16);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), uint.MaxValue);
        Assert.Equal([0.5f, -0.5f], WavFile.Read(new MemoryStream(bytes)).Channels[0]);
    }

    public static TheoryData<string, int, byte[]> Broken => new()
    {
        { "RIFF", 0, "JUNK"u8.ToArray() },
        { "RIFF and WAVE", 8, "AVI "u8.ToArray() },
        { "0x0055", 20, [0x55, 0] }, // MP3 in WAV
        { "0 channels", 22, [0, 0] },
        { "0 Hz", 24, [0, 0, 0, 0] },
        { "blocks of 5 bytes", 32, [5, 0] },
        { "of 40 bits", 34, [40, 0] },
        { "no 'data' chunk", 36, "date"u8.ToArray() },
        { "not a multiple", 40, [7, 0, 0, 0] },
        { "truncated", 40, [0xF0, 0xFF, 0xFE, 0x7F] }, // must not take 2 GiB first
        { "fewer than 16", 16, [15, 0, 0, 0] },
        { "truncated", 16, [0, 0, 0, 0x7F] },
        { "no 'fmt ' chunk", 12, "junk"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_file_is_refused_with_its_fault_named(string fault, int offset, byte[] bytes)
    {
        byte[] file = Bytes(TestSound.Chord(2, 10), SampleFormat.Pcm16);
        bytes.CopyTo(file, offset);
        var error = Assert.Throws<InvalidDataException>(() => WavFile.Read(new MemoryStream(file)));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        foreach (byte[] file in new[]
        {
            Bytes(TestSound.Chord(2, 10), SampleFormat.Pcm16), Bytes(TestSound.Chord(3, 3), SampleFormat.Float32),
        })
            for (int length = 0; length < file.Length; length++)
                Assert.Throws<InvalidDataException>(() => WavFile.Read(new MemoryStream(file[..length])));
    }

    [Fact]
    public void Noise_in_the_bytes_gives_a_waveform_or_a_data_error()
    {
        byte[] good = Bytes(TestSound.Chord(3, 20), SampleFormat.Float32);
        var random = new Random(5);
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] bad = [.. good];
            for (int i = random.Next(1, 5); i > 0; i--)
                bad[random.Next(80)] = (byte)random.Next(256);
            try
            {
                WavFile.Read(new MemoryStream(bad));
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void A_stream_in_blocks_gives_the_same_file_at_once_and_only_when_complete()
    {
        string folder = TestSound.TemporaryFolder();
        Waveform sound = TestSound.Chord(1, 10_001, 24);
        string whole = Path.Combine(folder, "whole.wav"), blocks = Path.Combine(folder, "blocks.wav");
        WavFile.Write(whole, sound, SampleFormat.Pcm24);
        using (var writer = new WavStreamWriter(blocks, 1, sound.SampleRate, SampleFormat.Pcm24))
        {
            foreach ((int start, int length) in new[] { (0, 1), (1, 0), (1, 5000), (5001, 5000) })
                writer.Append(sound.Slice(start, length));
            Assert.False(File.Exists(blocks));
            Assert.Throws<ArgumentException>(() => writer.Append(Waveform.Silence(2, 5, sound.SampleRate)));
            Assert.Throws<ArgumentException>(() => writer.Append(Waveform.Silence(1, 5, 8000)));
            writer.Complete();
            Assert.Throws<ObjectDisposedException>(() => writer.Append(sound));
            Assert.Throws<ObjectDisposedException>(writer.Complete);
        }
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(blocks));
        new WavStreamWriter(blocks, 1, 8000).Dispose();
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(blocks));
        Assert.Equal(["blocks.wav", "whole.wav"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Directory.Delete(folder, recursive: true);
    }

    private static byte[] Bytes(Waveform sound, SampleFormat format)
    {
        var stream = new MemoryStream();
        WavFile.Write(stream, sound, format);
        return stream.ToArray();
    }
}
