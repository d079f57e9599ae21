//! The formats as which ffmpeg may read a file.
//!
//! Some formats name other files: lists of parts (HLS, DASH, concat), numbered pictures, scripts
//! and descriptions of streams. A crafted file could make ffmpeg read the user's files, or
//! wait for something that never comes. So a file is only read as a format that contains all its
//! data. A format that a future ffmpeg adds is not read until it is named here.
//!
//! `mov` can name other files too, but follows the names only if an option asks for it.

/// Names of demuxers, as ffmpeg's `-format_whitelist` takes them. ffmpeg ignores
/// names that it does not know.
pub(crate) const SELF_CONTAINED: &str = concat!(
    // Videos in containers.
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,mxf,gxf,nut,dv,wtv,rm,swf,nsv,nuv,",
    "pva,ty,lxf,smjpeg,flic,",
    // Videos without a container.
    "yuv4mpegpipe,ivf,obu,av1,mjpeg,mpjpeg,h261,h263,h264,hevc,vvc,evc,m4v,vc1,vc1test,dirac,dnxhd,",
    "cavsvideo,avs2,avs3,rawvideo,",
    // Pictures, one or more in the file itself.
    "gif,apng,ico,webp,jpegxl_anim,image2pipe,bmp_pipe,dds_pipe,dpx_pipe,exr_pipe,gem_pipe,gif_pipe,",
    "hdr_pipe,j2k_pipe,jpeg_pipe,jpegls_pipe,jpegxl_pipe,jpegxs_pipe,pam_pipe,pbm_pipe,pcx_pipe,",
    "pfm_pipe,pgm_pipe,pgmyuv_pipe,phm_pipe,pictor_pipe,png_pipe,ppm_pipe,psd_pipe,qoi_pipe,sgi_pipe,",
    "sunrast_pipe,tiff_pipe,webp_pipe,xbm_pipe,xpm_pipe,xwd_pipe,",
    // Sound.
    "wav,w64,aiff,au,caf,mp3,flac,aac,ac3,eac3,ac4,dts,dtshd,truehd,mlp,amr,amrnb,amrwb,ape,mpc,mpc8,",
    "tta,tak,wv,voc,loas,oma,dsf,shn,sox,spdif,aa,aax,iamf",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_names_other_files_is_among_them() {
        let names: Vec<_> = SELF_CONTAINED.split(',').collect();
        let leads_away = [
            "hls",
            "applehttp",
            "concat",
            "dash",
            "image2",
            "imf",
            "sdp",
            "rtsp",
            "rtp",
            "lavfi",
            "tee",
            "vobsub",
            "webm_dash_manifest",
            "avisynth",
            "vapoursynth",
            "svg_pipe",
            "libopenmpt",
            "",
        ];
        assert!(leads_away.iter().all(|name| !names.contains(name)));
        assert!(names.iter().all(|name| names.iter().filter(|n| *n == name).count() == 1));
    }
}
